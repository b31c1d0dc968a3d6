import type { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';

/** What went wrong, in the words of a subgraph or about it. */
export interface Cause {
  readonly subgraph: string;
  readonly error: GraphQLFormattedError;
}

/** A list of thousands of entities must not turn one fault into megabytes of errors, which cost more than all the rest of the answer. */
export const MAX_PLACES = 100;

/** A failed fetch in the words of an answer. */
export function toErrorOfAnswer({ message, code, extensions }: TributaryError): GraphQLFormattedError {
  return { message, extensions: { ...extensions, code } };
}

/** What of a cause is the same at each of its places. */
export function extensionsOf({ subgraph, error }: Cause): Readonly<Record<string, unknown>> {
  return { ...error.extensions, serviceName: subgraph };
}
