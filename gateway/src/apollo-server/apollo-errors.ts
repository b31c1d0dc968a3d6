import { TributaryError } from '@tributary/errors';
import { GraphQLError } from 'graphql';

/** An error of an execution as Apollo's users know it: one that a subgraph gave without a code is DOWNSTREAM_SERVICE_ERROR. */
export function toApolloError(error: GraphQLError): GraphQLError {
  const { serviceName, code } = error.extensions;
  if (serviceName === undefined || code !== undefined) return error;
  return new GraphQLError(error.message || `Error while fetching subquery from service "${serviceName}"`, {
    path: error.path ?? null,
    extensions: { ...error.extensions, code: 'DOWNSTREAM_SERVICE_ERROR' },
  });
}

/** What the engine threw: Apollo Server answers with its code, and with its HTTP status. Anything else it masks itself. */
export function toThrownError(error: unknown): unknown {
  if (!(error instanceof TributaryError)) return error;
  const { code, status, message, extensions } = error;
  return new GraphQLError(message, {
    originalError: error,
    extensions: { ...extensions, code, http: { status } },
  });
}

/** As graphql-js says it; Apollo Server makes OPERATION_RESOLUTION_FAILURE of it. */
export function unresolvedOperation(operationName: string | undefined): GraphQLError {
  return new GraphQLError(
    operationName
      ? `Unknown operation named "${operationName}".`
      : 'Must provide operation name if query contains multiple operations.',
  );
}
