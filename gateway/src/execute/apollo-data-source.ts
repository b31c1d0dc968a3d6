import type { GraphQLDataSource } from '@apollo/gateway';
import { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphClient, SubgraphRequest, SubgraphResponse } from '../subgraph/index.ts';
import type { ExecutionRequest } from './engine.ts';
import { failedPaths } from './failed-paths.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** What ApolloGateway hands from `execute` to each fetch, untouched. */
export interface FetchContext {
  readonly request: ExecutionRequest;
}

/**
 * Lets ApolloGateway fetch through a SubgraphClient. A fetch that fails as a whole becomes an error for each place
 * that stays null: left to itself, ApolloGateway reports one error without a path.
 */
export function toApolloDataSource(client: SubgraphClient): GraphQLDataSource {
  return {
    async process(options): Promise<ProcessResult> {
      const { request } = options.context as FetchContext;
      const fetch = toSubgraphRequest(options, request);
      const response = await client.send(fetch).catch((error: unknown) => toFailure(error));
      const fault = faultOf(client.name, response, fetch);
      if (fault === undefined) return response as ProcessResult;
      return { data: null, errors: failedPaths(fetch, request).map((path) => ({ ...fault, path })) };
    },
  };
}

function toSubgraphRequest(options: ProcessOptions, { caller, signal }: ExecutionRequest): SubgraphRequest {
  const { query = '', operationName, variables = {} } = options.request;
  const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : [];
  return { query, operationName, variables, path: path.map(String), caller, signal };
}

function toFailure(error: unknown): SubgraphResponse {
  if (!(error instanceof TributaryError)) throw error;
  return { errors: [{ message: error.message, extensions: { ...error.extensions, code: error.code } }] };
}

/** The error that stands for the whole fetch: nothing of its data can be used. */
function faultOf(
  subgraph: string,
  { data, errors }: SubgraphResponse,
  { variables: { representations } }: SubgraphRequest,
): GraphQLFormattedError | undefined {
  const placed = errors?.find((error) => error.path !== undefined && error.path !== null);
  if (!data) return placed ? undefined : errors?.[0];
  if (!Array.isArray(representations)) return undefined;
  const { _entities: entities } = data;
  if (Array.isArray(entities) && entities.length === representations.length) return undefined;
  if (errors !== undefined && errors.length > 0) return errors[0];
  return {
    message: `The subgraph ${subgraph} answered with another number of entities than it was asked for`,
    extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
  };
}
