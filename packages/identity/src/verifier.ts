import { TributaryError } from '@tributary/errors';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { IDENTITY_ALGORITHM, IDENTITY_TOKEN_TYPE, type Identity } from './identity.ts';

export interface IdentityVerifierOptions {
  /** The senders' public keys; more than one while keys are rotated. */
  readonly jwks: JSONWebKeySet;
  readonly issuers: readonly string[];
  /** The receiver's own name: an assertion made for another subgraph is refused. */
  readonly audience: string;
}

export interface VerifiedIdentity extends Identity {
  readonly issuer: string;
}

export interface IdentityVerifier {
  /** Throws `NOT_FROM_GATEWAY` for a missing, forged, expired or misdirected assertion, saying no more than that. */
  verify(token: string | undefined): Promise<VerifiedIdentity>;
}

interface VerifiedToken {
  readonly identity: VerifiedIdentity;
  readonly expiresAtMs: number;
}

const CLOCK_TOLERANCE_S = 5;
const MAX_CACHED_TOKENS = 10_000;

/**
 * Checks assertions against a fixed set of keys. A token that passed is remembered until it expires, so the
 * signature of a caller who sends many requests is computed once; refusals are never remembered.
 */
export function createIdentityVerifier(options: IdentityVerifierOptions): IdentityVerifier {
  const keys = createLocalJWKSet(options.jwks);
  const verified = new LRUCache<string, VerifiedToken>({ max: MAX_CACHED_TOKENS });

  async function verifyAnew(token: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [IDENTITY_ALGORITHM],
        typ: IDENTITY_TOKEN_TYPE,
        issuer: [...options.issuers],
        audience: options.audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['iss', 'aud', 'exp', 'iat'],
      });
      return parseClaims(payload);
    } catch (cause) {
      throw notFromGateway(cause);
    }
  }

  return {
    async verify(token) {
      if (token === undefined || token === '') throw notFromGateway();
      const cached = verified.get(token);
      if (cached !== undefined && Date.now() < cached.expiresAtMs) return cached.identity;

      const fresh = await verifyAnew(token);
      verified.set(token, fresh);
      return fresh.identity;
    },
  };
}

/** The signature proves who wrote the claims, not that they have the right shape. */
function parseClaims({ iss, sub, exp, roles }: JWTPayload): VerifiedToken {
  if (iss === undefined || exp === undefined) throw new TypeError('iss and exp are required');
  if (sub !== undefined && (typeof sub !== 'string' || sub === '')) throw new TypeError('sub must be a text');
  if (!isStringArray(roles)) throw new TypeError('roles must be a list of texts');
  return { identity: { subject: sub ?? null, roles, issuer: iss }, expiresAtMs: exp * 1000 };
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function notFromGateway(cause?: unknown): TributaryError {
  return new TributaryError('NOT_FROM_GATEWAY', 'Send this request through the gateway', { cause });
}
