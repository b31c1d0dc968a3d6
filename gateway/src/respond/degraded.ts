import { ERROR_CATALOGUE, isErrorCode } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Degradation } from '../subgraph/index.ts';

/** A list of thousands of entities is one entry; so many of them are not one fault any more. */
const MAX_ENTRIES = 100;

/**
 * What a client is told of the parts of its answer that are missing or old: those that policies have reported, and those
 * whose errors say that a subgraph has failed. An error that is a subgraph's answer, such as FORBIDDEN, is no failure.
 * The items of a list count as one place, `@`. Undefined where there is nothing to tell.
 */
export function toDegraded(
  errors: readonly GraphQLFormattedError[],
  reported: readonly Degradation[],
): readonly Degradation[] | undefined {
  if (errors.length === 0 && reported.length === 0) return undefined;
  const distinct = new Map<string, Degradation>();
  const add = (degradation: Degradation) => {
    const { path, subgraph, reason } = degradation;
    const key = JSON.stringify([path, subgraph, reason]);
    const known = distinct.get(key);
    if (known === undefined ? distinct.size < MAX_ENTRIES : isOlder(degradation, known)) {
      distinct.set(key, degradation);
    }
  };
  for (const degradation of reported) add(degradation);
  for (const { path = [], extensions: { subgraph, code } = {} } of errors) {
    if (typeof subgraph !== 'string' || !isErrorCode(code) || ERROR_CATALOGUE[code].status < 500) continue;
    add({ path: path.map(placeOf), subgraph, reason: code, retryable: ERROR_CATALOGUE[code].retryable });
  }
  return distinct.size > 0 ? [...distinct.values()] : undefined;
}

function isOlder({ ageSeconds = 0 }: Degradation, than: Degradation): boolean {
  return ageSeconds > (than.ageSeconds ?? 0);
}

function placeOf(step: string | number): string {
  return typeof step === 'number' ? '@' : step;
}
