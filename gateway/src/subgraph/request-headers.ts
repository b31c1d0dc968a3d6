import { IDENTITY_HEADER, type IdentitySigner } from '@tributary/identity';
import { injectHeaders } from '@tributary/telemetry';
import type { Caller } from './subgraph-client.ts';

export interface RequestHeaders {
  of(subgraph: string, caller: Caller): Promise<Record<string, string>>;
}

/**
 * The head of every fetch: content types, the forwarded client headers, the identity signed for this one subgraph,
 * and the trace of the active span. The only place that writes `traceparent`.
 */
export function createRequestHeaders(signer: IdentitySigner | undefined): RequestHeaders {
  return {
    async of(subgraph, { identity, forwardedHeaders }) {
      const headers: Record<string, string> = {
        ...forwardedHeaders,
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
      };
      if (signer !== undefined) headers[IDENTITY_HEADER] = await signer.sign(identity, subgraph);
      return injectHeaders(headers);
    },
  };
}
