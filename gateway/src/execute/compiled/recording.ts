import type { GraphQLFormattedError } from 'graphql';
import { freeBuffer } from '../../free-buffer.ts';
import type { FetchNode } from '../../plan/index.ts';
import {
  fromByteText,
  parseJson,
  parseResponse,
  type RawResponse,
  type SubgraphResponse,
} from '../../subgraph/index.ts';
import type { FetchFromSubgraph } from '../complete/index.ts';
import type { Asked } from './asked.ts';

/** An answer as it came, parsed when somebody asks for that. */
export class Reading {
  readonly #subgraph: string;
  readonly #response: RawResponse;
  #parsed: SubgraphResponse | undefined;

  constructor(subgraph: string, response: RawResponse) {
    this.#subgraph = subgraph;
    this.#response = response;
  }

  /** @throws TributaryError where it is no GraphQL response. */
  get parsed(): SubgraphResponse {
    this.#parsed ??= parseResponse(this.#subgraph, this.#response);
    return this.#parsed;
  }

  /** Nobody reads it again. */
  free(): void {
    const { body, ownsBody } = this.#response;
    if (ownsBody) freeBuffer(body);
  }
}

/** One request: the fetches that travelled in it, and for each the key of its part of the data and what it asked for. */
export interface Recorded {
  readonly fetches: readonly FetchNode[];
  readonly dataKeys: readonly string[];
  readonly asked: readonly (Asked | undefined)[];
  readonly reading: Promise<Reading>;
}

/** What has been sent and answered, or will be, for the complete executor to use instead of fetching. */
export class Recording {
  readonly #requests: Recorded[] = [];
  readonly #readings: Reading[] = [];

  keep(request: Recorded): void {
    this.#requests.push(request);
  }

  arrived(reading: Reading): void {
    this.#readings.push(reading);
  }

  /** Nobody needs it again. */
  free(): void {
    for (const reading of this.#readings) reading.free();
  }

  /**
   * Fetches from the recording; what is not in it, from the subgraphs. Steps that travelled together share one parsed
   * answer, of which each gets its own part.
   */
  replay(live: FetchFromSubgraph): FetchFromSubgraph {
    return async (fetch, variables, path) => {
      const recorded = this.#requests.find(({ fetches }) => fetches.includes(fetch));
      if (recorded === undefined) return live(fetch, variables, path);
      const own = recorded.fetches.indexOf(fetch);
      const asked = recorded.asked[own];
      const { parsed } = await recorded.reading;
      const { representations } = variables;
      if (asked === undefined || !Array.isArray(representations)) return parsed;
      const indexOf = new Map(
        asked.representations.map((text, index) => [canonical(parseJson(fromByteText(text))), index]),
      );
      const indices = representations.map((item) => indexOf.get(canonical(item)) ?? -1);
      // The compiled code asked for something else: a key that it read differently.
      if (indices.includes(-1)) return live(fetch, variables, path);
      return pick(parsed, { dataKeys: recorded.dataKeys, own }, indices, asked.count);
    };
  }
}

/** The complete executor has renamed keys at the end. */
function canonical(representation: unknown): string {
  return JSON.stringify(Object.entries(representation as object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Keys of the parts of an answer, and which of them is meant. */
interface Part {
  readonly dataKeys: readonly string[];
  readonly own: number;
}

/** One step's part of an answer, its entities in the order in which they are asked for now. */
function pick(
  { data, errors }: SubgraphResponse,
  { dataKeys, own }: Part,
  indices: readonly number[],
  asked: number,
): SubgraphResponse {
  const entities = data?.[dataKeys[own] ?? ''];
  // Null `_entities` of any part have made all data null.
  const isLostTogether = data === null;
  // Another number than was asked for is a fault, and must stay one.
  const picked =
    Array.isArray(entities) && entities.length === asked
      ? indices.map((index) => entities[index] as unknown)
      : entities;
  return {
    ...(data !== undefined && { data: data && { _entities: picked } }),
    ...(errors && {
      errors: errors.flatMap((error) =>
        placed(error, dataKeys, own, isLostTogether, (index) => {
          const at = indices.flatMap((other, position) => (other === index ? [position] : []));
          return at.length > 0 || index < asked ? at : undefined;
        }),
      ),
    }),
  };
}

/** Where the error is in this step's part. One that is nowhere may be the reason for what any part lacks. */
function placed(
  error: GraphQLFormattedError,
  dataKeys: readonly string[],
  own: number,
  isLostTogether: boolean,
  positionsOf: (index: number) => readonly number[] | undefined,
): readonly GraphQLFormattedError[] {
  const [key = '', index, ...rest] = error.path ?? [];
  const belongsTo = dataKeys.indexOf(String(key));
  if (belongsTo === -1) return [error];
  if (belongsTo !== own) return isLostTogether ? [withoutPlace(error)] : [];
  if (typeof index !== 'number') return [{ ...error, path: ['_entities'] }];
  const positions = positionsOf(index);
  if (positions === undefined) return [{ ...error, path: ['_entities', index, ...rest] }];
  return positions.map((position) => ({ ...error, path: ['_entities', position, ...rest] }));
}

function withoutPlace({ path: _, ...error }: GraphQLFormattedError): GraphQLFormattedError {
  return error;
}
