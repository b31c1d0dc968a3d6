import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { TributaryError } from './tributary-error.ts';

export interface FormatErrorOptions {
  readonly traceId?: string | undefined;
  /** Called with each error whose details are hidden from the client, for the log. */
  readonly onMasked?: (error: unknown) => void;
}

/**
 * Turns whatever was thrown into the error that the client may see. A TributaryError anywhere in the chain of
 * `originalError` keeps its message and code; so does a GraphQLError that was made as such (with or without a
 * code). Everything else becomes INTERNAL_SERVER_ERROR without any detail. Always sets `extensions.code`, and
 * `extensions.traceId` when there is one; never carries a stack trace.
 */
export function formatError(error: unknown, options: FormatErrorOptions = {}): GraphQLFormattedError {
  const located = error instanceof GraphQLError ? error : undefined;
  const origin = originOf(error);
  const trace = options.traceId === undefined ? {} : { traceId: options.traceId };

  if (origin instanceof TributaryError) {
    return place(located, origin.message, { ...origin.extensions, code: origin.code, ...trace });
  }
  if (origin instanceof GraphQLError) {
    const { stacktrace: _, ...extensions } = origin.extensions;
    return place(located, origin.message, { code: 'INTERNAL_SERVER_ERROR', ...extensions, ...trace });
  }
  options.onMasked?.(origin);
  return place(located, 'Internal server error', { code: 'INTERNAL_SERVER_ERROR', ...trace });
}

/** The innermost error: graphql-js wraps what a resolver throws, possibly more than once. */
function originOf(error: unknown): unknown {
  let origin = error;
  while (origin instanceof GraphQLError && origin.originalError !== undefined) origin = origin.originalError;
  return origin;
}

/** No GraphQLError: to make one anew for each client takes longer than all that refuses it. */
function place(
  located: GraphQLError | undefined,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLFormattedError {
  return {
    message,
    ...(located?.locations && { locations: located.locations }),
    ...(located?.path && { path: located.path }),
    extensions,
  };
}
