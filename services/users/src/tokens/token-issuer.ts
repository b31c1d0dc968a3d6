import { SignJWT } from 'jose';
import type { User } from '../domain/user.ts';
import type { KeyRing } from './key-ring.ts';
import { SIGNING_ALGORITHM } from './signing-key.ts';

export interface TokenIssuer {
  /** An access token of the user: a JWT with iss, aud, sub, roles, iat and exp. Roles are those of this moment. */
  issue(user: Pick<User, 'id' | 'roles'>): Promise<string>;
}

export interface TokenIssuerOptions {
  readonly keys: KeyRing;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeS: number;
  readonly now: () => Date;
}

export function createTokenIssuer({
  keys,
  issuer,
  audience,
  lifetimeS,
  now,
}: TokenIssuerOptions): TokenIssuer {
  return {
    issue(user) {
      const { kid, privateKey } = keys.current();
      const issuedAtS = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ roles: user.roles })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user.id)
        .setIssuedAt(issuedAtS)
        .setExpirationTime(issuedAtS + lifetimeS)
        .sign(privateKey);
    },
  };
}
