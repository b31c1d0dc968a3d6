/**
 * Who a request acts for, as the gateway established it. A `null` subject is a signed-out caller: the
 * assertion then still proves that the request came through the gateway.
 */
export interface Identity {
  readonly subject: string | null;
  readonly roles: readonly string[];
}

/** The request header that carries the signed assertion from the gateway to a subgraph. */
export const IDENTITY_HEADER = 'x-tributary-identity';

/**
 * The only algorithm either side knows. It is pinned, never negotiated: a verifier that believes the token's
 * own `alg` can be talked into `none`, or into HMAC with the public key as the secret.
 */
export const IDENTITY_ALGORITHM = 'EdDSA';

/** Keeps an access token that the same key might sign one day from passing as an assertion (RFC 8725, 3.11). */
export const IDENTITY_TOKEN_TYPE = 'tributary-identity+jwt';
