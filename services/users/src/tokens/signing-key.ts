import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { StoredKey } from '../store/signing-keys.ts';
import type { Seal } from './seal.ts';

/** Ed25519 signatures, under the name that every JOSE library of today verifies (RFC 8037). */
export const SIGNING_ALGORITHM = 'EdDSA';

/** A new key pair, its private half sealed under the key's id, so that no row can carry another row's key. */
export async function generateSigningKey(
  seal: Seal,
): Promise<Pick<StoredKey, 'kid' | 'publicJwk' | 'sealedPrivateKey'>> {
  const pair = await generateKeyPair(SIGNING_ALGORITHM, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    publicJwk: { ...publicJwk, kty: 'OKP', kid, alg: SIGNING_ALGORITHM, use: 'sig' },
    sealedPrivateKey: seal.seal(JSON.stringify(await exportJWK(pair.privateKey)), kid),
  };
}

/** The key ready to sign. Throws, naming SIGNING_KEY_SECRET, when the secret is not the one it was sealed under. */
export async function openSigningKey(key: StoredKey, seal: Seal): Promise<CryptoKey> {
  const imported = await importJWK(JSON.parse(open(key, seal)), SIGNING_ALGORITHM);
  if (imported instanceof Uint8Array) throw new Error(`Signing key ${key.kid} is symmetric`);
  return imported;
}

function open(key: StoredKey, seal: Seal): string {
  try {
    return seal.open(key.sealedPrivateKey, key.kid);
  } catch (cause) {
    throw new Error(
      `SIGNING_KEY_SECRET does not open signing key ${key.kid}: this database's keys were sealed under another secret`,
      { cause },
    );
  }
}
