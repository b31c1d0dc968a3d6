import { createPrivateKey } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { IDENTITY_ALGORITHM, IDENTITY_TOKEN_TYPE, type Identity } from './identity.ts';

export interface IdentitySignerOptions {
  readonly privateJwk: JWK;
  /** The sender's name, e.g. `gateway`. A verifier lists the issuers it accepts. */
  readonly issuer: string;
  readonly lifetimeS?: number;
}

export interface IdentitySigner {
  /** The compact JWS to put into `IDENTITY_HEADER`. `audience` is the name of the one receiver it is good for. */
  sign(identity: Identity, audience: string): Promise<string>;
}

interface SignedAssertion {
  readonly token: Promise<string>;
  readonly reuseUntilMs: number;
}

/** Bounds memory at roughly 5 MB; beyond it the least recently seen callers are signed anew. */
const MAX_CACHED_ASSERTIONS = 10_000;

/**
 * Signs identities for subgraphs. An assertion is reused for half its lifetime: one request fans out into many
 * fetches, and the other half still covers clock skew and the slowest fetch. Throws at once on an unusable key.
 */
export function createIdentitySigner(options: IdentitySignerOptions): IdentitySigner {
  const { privateJwk, issuer, lifetimeS = 60 } = options;
  const key = toEd25519PrivateKey(privateJwk);
  const header = {
    alg: IDENTITY_ALGORITHM,
    typ: IDENTITY_TOKEN_TYPE,
    ...(privateJwk.kid !== undefined && { kid: privateJwk.kid }),
  };
  const assertions = new LRUCache<string, SignedAssertion>({ max: MAX_CACHED_ASSERTIONS });

  function signAnew(identity: Identity, audience: string, nowMs: number): Promise<string> {
    const issuedAtS = Math.floor(nowMs / 1000);
    const claims = new SignJWT({ roles: [...identity.roles] })
      .setProtectedHeader(header)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + lifetimeS);
    if (identity.subject !== null) claims.setSubject(identity.subject);
    return claims.sign(key);
  }

  return {
    sign(identity, audience) {
      const cacheKey = JSON.stringify([audience, identity.subject, identity.roles]);
      const nowMs = Date.now();
      const cached = assertions.get(cacheKey);
      if (cached !== undefined && nowMs < cached.reuseUntilMs) return cached.token;

      // The promise is cached, not the token: fetches that start together share one signature.
      const token = signAnew(identity, audience, nowMs);
      assertions.set(cacheKey, { token, reuseUntilMs: nowMs + (lifetimeS * 1000) / 2 });
      token.catch(() => assertions.delete(cacheKey));
      return token;
    },
  };
}

function toEd25519PrivateKey(jwk: JWK) {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || jwk.d === undefined) {
    // The key itself stays out of the message: this text ends up in a log.
    throw new TypeError(`An identity key must be a private Ed25519 JWK, got kty ${jwk.kty}, crv ${jwk.crv}`);
  }
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
}
