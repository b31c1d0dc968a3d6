import type { GraphQLDataSource } from '@apollo/gateway';
import { TributaryError } from '@tributary/errors';
import {
  Lifetime,
  markOf,
  parseResponse,
  RequestReport,
  type SubgraphClient,
  toByteText,
} from '../subgraph/index.ts';
import { ANONYMOUS } from './apollo-caller.ts';
import type { DataSourceResponse } from './apollo-types.ts';

/** Our own way to a subgraph as a data source, for supergraph managers and health checks. Sends the request's headers. */
export function createClientDataSource(client: SubgraphClient): GraphQLDataSource {
  return {
    async process({ request: { http, ...request } }) {
      const body = toByteText(JSON.stringify(request));
      return client.send({
        body,
        mark: markOf(body),
        query: request.query ?? '',
        operationName: request.operationName,
        operationKind: 'query',
        path: [],
        caller: { ...ANONYMOUS, forwardedHeaders: Object.fromEntries(http?.headers ?? []) },
        // The client has a deadline of its own.
        targets: [],
        lifetime: new Lifetime(Infinity),
        report: new RequestReport(),
        read: (response) => {
          // As RemoteGraphQLDataSource: a schema or a sign of life that comes with an error's status is none.
          if (response.status >= 400) throw refusal(client.name, response.status);
          // What data sources declare as changeable is nobody else's here.
          const value = parseResponse(client.name, response) as DataSourceResponse;
          return { value, errorCount: value.errors?.length ?? 0 };
        },
      });
    },
  };
}

// Private:

function refusal(subgraph: string, status: number): TributaryError {
  return new TributaryError(
    'SUBGRAPH_UNAVAILABLE',
    `The subgraph ${subgraph} answered with status ${status}`,
  );
}
