import { IDENTITY_HEADER, type IdentitySigner } from '@tributary/identity';
import { injectHeaders } from '@tributary/telemetry';
import type { FetchRequest } from './subgraph-client.ts';

export interface RequestHeaders {
  /** A promise where an identity has to be signed first. */
  of(
    subgraph: string,
    request: Pick<FetchRequest, 'caller' | 'span'>,
    /** Infinity: no end. */
    remainingMs: number,
  ): Record<string, string> | Promise<Record<string, string>>;
}

/**
 * How long an answer is still of use, in whole milliseconds: from the client to the gateway, and on to its subgraphs.
 * A duration, since their clocks differ. (As grpc-timeout, which has units of its own.)
 */
export const REQUEST_TIMEOUT_HEADER = 'x-request-timeout-ms';

/**
 * The head of every fetch: content types, the forwarded client headers, the time that is left, the identity signed for
 * this one subgraph, and the trace of its span. The only place that writes `traceparent`.
 */
export function createRequestHeaders(signer: IdentitySigner | undefined): RequestHeaders {
  return {
    of(subgraph, { caller: { identity, forwardedHeaders }, span }, remainingMs) {
      const headers: Record<string, string> = {
        ...forwardedHeaders,
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
      };
      if (remainingMs !== Infinity)
        headers[REQUEST_TIMEOUT_HEADER] = `${Math.max(1, Math.round(remainingMs))}`;
      if (span !== undefined) injectHeaders(headers, span);
      return signer === undefined ? headers : withIdentity(headers, signer.sign(identity, subgraph));
    },
  };
}

async function withIdentity(
  headers: Record<string, string>,
  assertion: Promise<string>,
): Promise<Record<string, string>> {
  headers[IDENTITY_HEADER] = await assertion;
  return headers;
}
