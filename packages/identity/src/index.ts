export { IDENTITY_HEADER, type Identity } from './identity.ts';
export { generateIdentityKeys, type IdentityKeys } from './keys.ts';
export { createIdentitySigner, type IdentitySigner, type IdentitySignerOptions } from './signer.ts';
export {
  createIdentityVerifier,
  type IdentityVerifier,
  type IdentityVerifierOptions,
  type VerifiedIdentity,
} from './verifier.ts';
