import { type ErrorCode, formatError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { SecurityPolicy } from '../configuration/index.ts';
import type { ExecutionError } from '../execute/index.ts';
import { OperationRefused } from '../operation/index.ts';

export interface ClientErrorOptions {
  readonly traceId: string | undefined;
  readonly security: SecurityPolicy;
  /** Called with each error whose details the client does not get, for the log. */
  readonly onMasked: (error: unknown, facts?: object) => void;
}

/** What was thrown in front of the engine, as the client sees it: refused operations, coded failures, masked bugs. */
export function toRequestErrors(thrown: unknown, options: ClientErrorOptions): GraphQLFormattedError[] {
  const errors = thrown instanceof OperationRefused ? thrown.errors : [thrown];
  return errors.map((error) => formatError(error, options));
}

/**
 * What a subgraph says of the request that the gateway made. The client did not make that request: to it the subgraph
 * has failed, and the message may suggest names that the API hides.
 */
const ABOUT_OUR_REQUEST: ReadonlySet<string> = new Set<ErrorCode>([
  'BAD_REQUEST',
  'CSRF_PREVENTED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'NOT_FOUND',
  'NOT_FROM_GATEWAY',
  'OPERATION_LIMIT_EXCEEDED',
  'OPERATION_RESOLUTION_FAILURE',
  'PAYLOAD_TOO_LARGE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'UNSUPPORTED_MEDIA_TYPE',
]);

/**
 * The errors of an execution as the client sees them. A subgraph's error keeps its message and code when it has a
 * code of its own (or the policy shows all); nothing else of it passes except the extensions that the policy names.
 */
export function toExecutionErrors(
  errors: readonly ExecutionError[],
  options: ClientErrorOptions,
): GraphQLFormattedError[] {
  const told = new Set<string>();
  const onMasked: ClientErrorOptions['onMasked'] = (error, facts) => {
    // What a subgraph said once stands at each place that it cost: a list of a thousand items is one line in the log.
    const key = JSON.stringify([(error as Error).message, facts]);
    if (!told.has(key)) options.onMasked(error, facts);
    told.add(key);
  };
  return errors.map((error) => toExecutionError(error, { ...options, onMasked }));
}

function toExecutionError(error: ExecutionError, options: ClientErrorOptions): GraphQLFormattedError {
  const { message, path, extensions = {} } = error as GraphQLFormattedError;
  // Not from a subgraph: a null where the schema allows none, or a bug.
  if (!('serviceName' in extensions)) return formatError(error, options);
  const { code, serviceName } = extensions;
  const isCoded =
    typeof code === 'string' && code !== 'DOWNSTREAM_SERVICE_ERROR' && !ABOUT_OUR_REQUEST.has(code);
  const isShown = options.security.subgraphErrors === 'all' || (isCoded && code !== 'INTERNAL_SERVER_ERROR');
  if (!isShown) options.onMasked(error, { subgraph: serviceName, code });
  const passed = options.security.errorExtensions.filter((key) => Object.hasOwn(extensions, key));
  return {
    message: isShown ? message : `The subgraph ${serviceName} failed`,
    ...(path && { path }),
    extensions: {
      ...Object.fromEntries(passed.map((key) => [key, extensions[key]])),
      code: isCoded ? code : 'SUBGRAPH_ERROR',
      subgraph: serviceName,
      ...(options.traceId && { traceId: options.traceId }),
    },
  };
}
