import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { IDENTITY_ALGORITHM } from './identity.ts';

export interface IdentityKeys {
  readonly privateJwk: JWK;
  /** What the receiving side is given. Several sets may be concatenated while keys are rotated. */
  readonly publicJwks: JSONWebKeySet;
}

/** A fresh Ed25519 pair; both halves carry `kid`, by which a verifier holding several keys finds the right one. */
export async function generateIdentityKeys(kid: string): Promise<IdentityKeys> {
  const pair = await generateKeyPair(IDENTITY_ALGORITHM, { crv: 'Ed25519', extractable: true });
  const labels = { kid, alg: IDENTITY_ALGORITHM, use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...labels },
    publicJwks: { keys: [{ ...(await exportJWK(pair.publicKey)), ...labels }] },
  };
}
