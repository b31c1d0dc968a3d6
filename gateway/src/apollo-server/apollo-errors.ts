import { TributaryError } from '@tributary/errors';
import { GraphQLError } from 'graphql';
import type { ExecutionError } from '../execute/index.ts';

/** An error of an execution as Apollo's users know it: one that a subgraph gave without a code is DOWNSTREAM_SERVICE_ERROR. */
export function toApolloError(error: ExecutionError): GraphQLError {
  const { message, path = null, extensions = {} } = error;
  const { serviceName, code } = extensions;
  if (serviceName === undefined || code !== undefined) {
    return error instanceof GraphQLError ? error : new GraphQLError(message, { path, extensions });
  }
  return new GraphQLError(message || `Error while fetching subquery from service "${serviceName}"`, {
    path,
    extensions: { ...extensions, code: 'DOWNSTREAM_SERVICE_ERROR' },
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
