import type { Caller } from '../subgraph/index.ts';
import type { GatewayRequestContext } from './apollo-types.ts';

/** The engine hands the caller of a request to every fetch: here it brings Apollo Server's context of the request with it. */
export interface ApolloCaller extends Caller {
  readonly requestContext: GatewayRequestContext;
}

/** Of the client's request, a subgraph receives what the policy forwards and what a data source puts there: nothing else. */
export function toCaller(
  requestContext: GatewayRequestContext,
  forwardedHeaders: readonly string[],
): ApolloCaller {
  const received = requestContext.request.http?.headers;
  if (forwardedHeaders.length === 0 || received === undefined) return { ...ANONYMOUS, requestContext };
  const forwarded: Record<string, string> = {};
  for (const name of forwardedHeaders) {
    const value = received.get(name);
    if (value != null) forwarded[name] = value;
  }
  return { ...ANONYMOUS, forwardedHeaders: forwarded, requestContext };
}

export const ANONYMOUS: Caller = { identity: { subject: null, roles: [] }, forwardedHeaders: {} };
