import type { GraphQLFormattedError } from 'graphql';
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
}

interface Recorded {
  /** Key of the step's part of the data. */
  readonly dataKey: string;
  readonly asked: Asked | undefined;
  readonly reading: Promise<Reading>;
}

/** What has been sent and answered, or will be, for the complete executor to use instead of fetching. */
export class Recording {
  readonly #fetches = new Map<FetchNode, Recorded>();

  keep(fetch: FetchNode, dataKey: string, asked: Asked | undefined, reading: Promise<Reading>): void {
    this.#fetches.set(fetch, { dataKey, asked, reading });
  }

  /**
   * Fetches from the recording; what is not in it, from the subgraphs. Steps that travelled together share one parsed
   * answer, of which each gets its own part.
   */
  replay(live: FetchFromSubgraph): FetchFromSubgraph {
    return async (fetch, variables, path) => {
      const recorded = this.#fetches.get(fetch);
      if (recorded === undefined) return live(fetch, variables, path);
      const { asked, dataKey } = recorded;
      const { parsed } = await recorded.reading;
      const { representations } = variables;
      if (asked === undefined || !Array.isArray(representations)) return parsed;
      const indexOf = new Map(asked.representations.map((text, index) => [canonical(text), index]));
      const indices = representations.map((item) => indexOf.get(JSON.stringify(item)) ?? -1);
      // The compiled code asked for something else: a key that it read differently.
      if (indices.includes(-1)) return live(fetch, variables, path);
      return pick(parsed, dataKey, indices, asked.representations.length);
    };
  }
}

function canonical(byteText: string): string {
  return JSON.stringify(parseJson(fromByteText(byteText)));
}

/** One step's part of an answer, its entities in the order in which they are asked for now. */
function pick(
  { data, errors }: SubgraphResponse,
  dataKey: string,
  indices: readonly number[],
  asked: number,
): SubgraphResponse {
  const entities = data?.[dataKey];
  // Another number than was asked for is a fault, and must stay one.
  const picked =
    Array.isArray(entities) && entities.length === asked
      ? indices.map((index) => entities[index] as unknown)
      : entities;
  return {
    ...(data !== undefined && { data: data && { _entities: picked } }),
    ...(errors && { errors: errors.flatMap((error) => placed(error, dataKey, indices)) }),
  };
}

/** Where the error is in this step's part; nowhere where it belongs to another step's. */
function placed(
  error: GraphQLFormattedError,
  dataKey: string,
  indices: readonly number[],
): readonly GraphQLFormattedError[] {
  const [key, index, ...rest] = error.path ?? [];
  if (key === undefined) return [error];
  if (key !== dataKey) return [];
  if (typeof index !== 'number') return [{ ...error, path: ['_entities'] }];
  return indices.flatMap((asked, at) =>
    asked === index ? [{ ...error, path: ['_entities', at, ...rest] }] : [],
  );
}
