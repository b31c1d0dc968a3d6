import { TributaryError } from '@tributary/errors';
import {
  type Caller,
  type Lifetime,
  parseResponse,
  type SubgraphClient,
  toByteText,
} from '../../subgraph/index.ts';
import type { FetchFromSubgraph } from './fetch-from-subgraph.ts';

export interface LiveFetchOptions {
  /** By the subgraph's name. */
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly caller: Caller;
  readonly lifetime: Lifetime;
}

/** Fetches from the subgraphs themselves, for one operation of a client. */
export function createLiveFetch({ clients, caller, lifetime }: LiveFetchOptions): FetchFromSubgraph {
  return async ({ serviceName, operation: query, operationName, operationKind }, variables, path) => {
    const client = clients.get(serviceName);
    if (client === undefined) {
      throw new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${serviceName} has no client`);
    }
    if (operationKind === 'subscription') throw new TypeError('A subscription is no fetch');
    return client.send({
      body: toByteText(JSON.stringify({ query, operationName, variables })),
      operationName,
      operationKind,
      path,
      caller,
      lifetime,
      read: (response) => {
        const value = parseResponse(serviceName, response);
        return { value, errorCount: value.errors?.length ?? 0 };
      },
    });
  };
}
