import { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import { toByteText } from '../subgraph/byte-text.ts';
import { parseResponse } from '../subgraph/parse-response.ts';
import type { EntitiesPart, RawResponse } from '../subgraph/subgraph-client.ts';
import { jsonAnswer } from './cacheable-fetch.ts';

export interface PartlyKnown {
  readonly subgraph: string;
  /** Of the whole request. */
  readonly parts: readonly EntitiesPart[];
  /** For each part the items that were asked for; items are numbered through all parts. */
  readonly asked: readonly (readonly number[])[];
  /** For each item the entity that is known without asking. */
  readonly known: readonly (string | undefined)[];
}

/**
 * Puts an answer to some entities together with those that are known, errors at their places: what an answer to all
 * of them would have been. An answer without data is that already.
 * @throws TributaryError SUBGRAPH_* for what is no answer, or one to another number of entities.
 */
export function completeWithErrors(response: RawResponse, partly: PartlyKnown): RawResponse {
  const { data, errors = [] } = parseResponse(partly.subgraph, response);
  if (data === null || data === undefined) return response;

  let first = 0;
  const places = new Map<string, readonly number[]>();
  const members = partly.parts.map(({ dataKey, representations }, part) => {
    const asked = partly.asked[part] ?? [];
    const given = data[dataKey];
    const offset = first;
    first += representations.length;
    // No part at all, and told why by an error: it is null for every entity of it.
    if (given === null && errors.length > 0) return `"${dataKey}":null`;
    if (!Array.isArray(given) || given.length !== asked.length) throw unexpected(partly.subgraph);
    places.set(
      dataKey,
      asked.map((item) => item - offset),
    );
    const texts = partly.known.slice(offset, first);
    for (const [index, item] of asked.entries())
      texts[item - offset] = toByteText(JSON.stringify(given[index]));
    return `"${dataKey}":[${texts.join(',')}]`;
  });
  const moved = errors.map((error) => movedTo(error, places));
  return jsonAnswer(`{"data":{${members.join(',')}},"errors":${toByteText(JSON.stringify(moved))}}`);
}

// Private:

function movedTo(
  error: GraphQLFormattedError,
  places: ReadonlyMap<string, readonly number[]>,
): GraphQLFormattedError {
  const [dataKey, index, ...rest] = error.path ?? [];
  const place = typeof index === 'number' ? places.get(String(dataKey))?.[index] : undefined;
  return dataKey === undefined || place === undefined ? error : { ...error, path: [dataKey, place, ...rest] };
}

function unexpected(subgraph: string): TributaryError {
  return new TributaryError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `The subgraph ${subgraph} answered with another number of entities than it was asked for`,
  );
}
