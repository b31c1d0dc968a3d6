import { ERROR_CATALOGUE, type ErrorCode, formatError, isErrorCode, TributaryError } from '@tributary/errors';
import { currentSpan, currentTraceId, failSpan, type Logger } from '@tributary/telemetry';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import type { SubgraphMetrics } from './metrics.ts';

export interface ErrorFormatterOptions {
  readonly logger: Logger;
  readonly metrics?: SubgraphMetrics;
}

/** Turns whatever was thrown into what the gateway may see. Call it in the request's own async context. */
export type ErrorFormatter = (error: unknown) => GraphQLFormattedError;

/**
 * The one place where a subgraph's errors leave it: masks what has no code, sets code and trace id, counts, marks the
 * active span where the fault is ours, and logs each masked error once, however many fields it failed.
 */
export function createErrorFormatter({ logger, metrics }: ErrorFormatterOptions): ErrorFormatter {
  const logged = new WeakSet<object>();

  function logOnce(error: unknown, path: GraphQLError['path']): void {
    if (typeof error === 'object' && error !== null) {
      if (logged.has(error)) return;
      logged.add(error);
    }
    logger.error({ err: error, path: path?.join('.') }, 'an unexpected error was hidden from the client');
  }

  return (thrown) => {
    const error = classify(thrown);
    const path = error instanceof GraphQLError ? error.path : undefined;
    const formatted = formatError(error, {
      traceId: currentTraceId(),
      onMasked: (origin) => logOnce(origin, path),
    });
    const code = codeOf(formatted);
    metrics?.errors.inc({ code: code ?? 'OTHER' });
    const span = currentSpan();
    if (span !== undefined && code !== undefined && ERROR_CATALOGUE[code].status >= 500) {
      failSpan(span, originOf(error));
    }
    return formatted;
  };
}

/** Decides what formatError, which knows neither graphql-js's faults nor Apollo Server's wrappers, cannot. */
function classify(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const origin = originOf(error);
  if (origin instanceof TributaryError) return error;
  if (typeof error.extensions.code === 'string') {
    // The parser recurses: what exhausts the stack there is the document's fault.
    if (origin instanceof RangeError) return limitExceeded();
    return withoutOrigin(error);
  }
  if (!(origin instanceof GraphQLError)) return error;
  // graphql-js refused the operation as a whole, such as a mutation where the schema has none.
  if (error.path === undefined) return relocate(error, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

  // graphql-js found this one while executing. On a field it means that a resolver returned what the field's
  // type does not allow: a fault of ours, to be hidden. Anywhere else it is an argument that the client sent.
  const isFieldFault = error.nodes?.[0]?.kind === Kind.FIELD;
  return relocate(error, {
    originalError: isFieldFault
      ? new Error(withoutValue(origin.message))
      : new TributaryError('BAD_USER_INPUT', origin.message),
  });
}

function limitExceeded(): TributaryError {
  return new TributaryError('OPERATION_LIMIT_EXCEEDED', 'The document is nested too deeply');
}

/** Apollo Server codes an error by wrapping it; the code is on the outside, and so is a status meant for HTTP only. */
function withoutOrigin(error: GraphQLError): GraphQLError {
  const { http: _, ...extensions } = error.extensions;
  return relocate(error, { extensions });
}

function relocate(
  error: GraphQLError,
  content: { readonly originalError?: Error; readonly extensions?: Record<string, unknown> },
): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    ...content,
  });
}

/** `String cannot represent value: {…}` quotes a row of somebody's data, which belongs into no log and no span. */
function withoutValue(message: string): string {
  return message.replace(/ value: .*$/s, ' value: [omitted]');
}

/** What the resolver threw: graphql-js wraps it to add the path, possibly more than once. */
function originOf(error: unknown): unknown {
  let origin = error;
  while (origin instanceof GraphQLError && origin.originalError !== undefined) origin = origin.originalError;
  return origin;
}

function codeOf({ extensions }: GraphQLFormattedError): ErrorCode | undefined {
  const code = extensions?.code;
  return isErrorCode(code) ? code : undefined;
}
