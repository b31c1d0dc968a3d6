import type { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Path } from './places.ts';

/** What went wrong, in the words of a subgraph or about it. */
export interface Cause {
  readonly subgraph: string;
  readonly error: GraphQLFormattedError;
}

/** A list of thousands of entities must not turn one fault into megabytes of errors, which cost more than all the rest of the answer. */
export const MAX_PLACES = 100;

/** Of the places of one fault those that are told: the first ones, in whatever order they have been found. */
export function toldOf(places: readonly Path[]): readonly Path[] {
  return places.length <= MAX_PLACES ? places : places.toSorted(comparePaths).slice(0, MAX_PLACES);
}

function comparePaths(one: Path, other: Path): number {
  for (const [depth, step] of one.entries()) {
    const otherStep = other[depth];
    if (step === otherStep) continue;
    if (otherStep === undefined) return 1;
    if (typeof step === 'number' && typeof otherStep === 'number') return step - otherStep;
    return String(step) < String(otherStep) ? -1 : 1;
  }
  return one.length - other.length;
}

/** A failed fetch in the words of an answer. */
export function toErrorOfAnswer({ message, code, extensions }: TributaryError): GraphQLFormattedError {
  return { message, extensions: { ...extensions, code } };
}

/** Of an answer that is not what was asked for: `what` it was in place of that. */
export function malformed(subgraph: string, what: string): GraphQLFormattedError {
  return {
    message: `The subgraph ${subgraph} answered with ${what}`,
    extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
  };
}

/** What of a cause is the same at each of its places. */
export function extensionsOf({ subgraph, error }: Cause): Readonly<Record<string, unknown>> {
  return { ...error.extensions, serviceName: subgraph };
}
