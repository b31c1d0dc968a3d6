// In: the Authorization header. Out: who the request acts for, or UNAUTHENTICATED before anything else is done.
import type { Identity } from '@tributary/identity';
import type { HttpExchange } from '../wire/index.ts';
import { bearerTokenOf } from './bearer-token.ts';
import type { TokenVerifier } from './token-verifier.ts';

export { createKeySet, type KeySet, type KeySetOptions } from './key-set.ts';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './token-verifier.ts';

const SIGNED_OUT: Identity = { subject: null, roles: [] };

/** Without a verifier the header means nothing to the gateway (the policy may forward it to the subgraphs). */
export async function authorize(
  request: Pick<HttpExchange, 'valuesOf'>,
  verifier: TokenVerifier | undefined,
): Promise<Identity> {
  if (verifier === undefined) return SIGNED_OUT;
  const token = bearerTokenOf(request);
  return token === undefined ? SIGNED_OUT : verifier.verify(token);
}
