import { TributaryError } from '@tributary/errors';
import type { Identity } from '@tributary/identity';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { KeySet } from './key-set.ts';

export interface TokenVerifierOptions {
  readonly keySet: KeySet;
  readonly issuer: string;
  readonly audience: string;
}

export interface TokenVerifier {
  /** @throws TributaryError UNAUTHENTICATED, or SERVICE_UNAVAILABLE while no key has ever been read. */
  verify(token: string): Promise<Identity>;
}

/** Asymmetric only, and never the token's own choice: `none`, and HMAC with the public key as secret, end here. */
const ALGORITHMS = ['EdDSA', 'ES256'];
const CLOCK_TOLERANCE_S = 5;

/** A withdrawn key still counts for so long after a refresh; it spares a signature check a request. */
const REMEMBER_MS = 30_000;
const MAX_REMEMBERED = 10_000;

export function createTokenVerifier({ keySet, issuer, audience }: TokenVerifierOptions): TokenVerifier {
  const verified = new LRUCache<string, Identity>({ max: MAX_REMEMBERED, ttl: REMEMBER_MS });

  return {
    async verify(token) {
      const known = verified.get(token);
      if (known) return known;
      const { payload } = await jwtVerify(token, keySet.key, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp'],
      }).catch((error: unknown) => {
        throw refusal(error, keySet.loaded);
      });
      const identity = toIdentity(payload);
      const remainingMs = (payload.exp ?? 0) * 1000 - Date.now();
      if (remainingMs > 0) verified.set(token, identity, { ttl: Math.min(remainingMs, REMEMBER_MS) });
      return identity;
    },
  };
}

/** Why a token was refused is nobody's business but the log's, except that an expired one should be renewed. */
function refusal(cause: unknown, keysLoaded: boolean): TributaryError {
  if (cause instanceof errors.JWTExpired) {
    return new TributaryError('UNAUTHENTICATED', 'The access token has expired', { cause });
  }
  if (!keysLoaded) {
    return new TributaryError('SERVICE_UNAVAILABLE', 'Access tokens cannot be checked now', { cause });
  }
  return new TributaryError('UNAUTHENTICATED', 'The access token is not valid here', { cause });
}

function toIdentity({ sub, roles = [] }: JWTPayload): Identity {
  if (typeof sub !== 'string' || sub === '' || !isTextList(roles)) {
    throw new TributaryError('UNAUTHENTICATED', 'The access token is not valid here');
  }
  return { subject: sub, roles };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
