import type { GraphQLDataSource } from '@apollo/gateway';
import { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import { parseResponse, type SubgraphClient, type SubgraphResponse, toByteText } from '../subgraph/index.ts';
import type { ExecutionRequest } from './engine.ts';
import { type AskedFetch, failedPaths } from './failed-paths.ts';

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
      const fetch = toAskedFetch(options);
      const response = await send(client, fetch, options.request.operationName, request).catch(
        (error: unknown) => toFailure(error),
      );
      const fault = faultOf(client.name, response, fetch);
      if (fault === undefined) return response as ProcessResult;
      return { data: null, errors: failedPaths(fetch, request).map((path) => ({ ...fault, path })) };
    },
  };
}

function toAskedFetch(options: ProcessOptions): AskedFetch {
  const { query = '', variables = {} } = options.request;
  const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : [];
  return { query, variables, path: path.map(String) };
}

function send(
  client: SubgraphClient,
  { query, variables, path }: AskedFetch,
  operationName: string | undefined,
  { caller, operation, signal }: ExecutionRequest,
): Promise<SubgraphResponse> {
  return client.send({
    body: toByteText(JSON.stringify({ query, variables, operationName })),
    operationName,
    // Entity fetches of a mutation are queries, but the document here is a text.
    operationKind: operation.operation === 'mutation' ? 'mutation' : 'query',
    path,
    caller,
    signal,
    read: (raw) => {
      const value = parseResponse(client.name, raw);
      return { value, errorCount: value.errors?.length ?? 0 };
    },
  });
}

function toFailure(error: unknown): SubgraphResponse {
  if (!(error instanceof TributaryError)) throw error;
  return { errors: [{ message: error.message, extensions: { ...error.extensions, code: error.code } }] };
}

/** The error that stands for the whole fetch: nothing of its data can be used. */
function faultOf(
  subgraph: string,
  { data, errors }: SubgraphResponse,
  { variables: { representations } }: AskedFetch,
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
