import { generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';

/** A key as JSON, with the name by which the other side finds it. */
export type NamedKey = webcrypto.JsonWebKey & { readonly kid: string };

/** Public keys. Two while keys are rotated: the old one and the next. */
export interface PublicKeySet {
  readonly keys: readonly NamedKey[];
}

export interface SigningKeys {
  readonly privateJwk: NamedKey;
  readonly publicKeySet: PublicKeySet;
}

/** A fresh Ed25519 pair. */
export function generateSigningKeys(kid: string): SigningKeys {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateJwk = { ...toJwk(privateKey), kid };
  return { privateJwk, publicKeySet: publicKeySetOf(privateJwk) };
}

/** What may be told to everybody of a private key. */
export function publicKeySetOf({ d: _secret, ...publicJwk }: NamedKey): PublicKeySet {
  return { keys: [publicJwk as NamedKey] };
}

export function assertEd25519({ kty, crv }: NamedKey, what: string): void {
  if (kty === 'OKP' && crv === 'Ed25519') return;
  // The key itself stays out of the message: this text ends up in a log.
  throw new TypeError(`${what} must be an Ed25519 JWK, got kty ${kty}, crv ${crv}`);
}

// Private:

function toJwk(key: KeyObject): webcrypto.JsonWebKey {
  return key.export({ format: 'jwk' });
}
