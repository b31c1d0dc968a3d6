import { generateIdentityKeys, type IdentityKeys } from './keys.ts';
import { createIdentitySigner, type IdentitySigner } from './signer.ts';
import { createIdentityVerifier, type IdentityVerifier } from './verifier.ts';

export interface TestIdentity {
  readonly keys: IdentityKeys;
  readonly signer: IdentitySigner;
  readonly verifier: IdentityVerifier;
}

/** A signer and the verifier that trusts it, on keys made for this one test. `audience` is the subgraph's name. */
export async function testIdentity(
  options: { readonly issuer?: string; readonly audience?: string; readonly lifetimeS?: number } = {},
): Promise<TestIdentity> {
  const { issuer = 'gateway', audience = 'test', lifetimeS = 60 } = options;
  const keys = await generateIdentityKeys('test');
  return {
    keys,
    signer: createIdentitySigner({ privateJwk: keys.privateJwk, issuer, lifetimeS }),
    verifier: createIdentityVerifier({ jwks: keys.publicJwks, issuers: [issuer], audience }),
  };
}
