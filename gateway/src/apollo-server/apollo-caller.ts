import type { Caller } from '../subgraph/index.ts';
import type { GatewayRequestContext } from './apollo-types.ts';

/** The engine hands the caller of a request to every fetch: here it brings Apollo Server's context of the request with it. */
export interface ApolloCaller extends Caller {
  readonly requestContext: GatewayRequestContext;
}

/** Nothing of the client's request reaches a subgraph unless a data source puts it there, as with ApolloGateway. */
export function toCaller(requestContext: GatewayRequestContext): ApolloCaller {
  return { ...ANONYMOUS, requestContext };
}

export const ANONYMOUS: Caller = { identity: { subject: null, roles: [] }, forwardedHeaders: {} };
