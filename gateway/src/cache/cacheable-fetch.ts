import type { RawResponse, SubgraphRequest } from '../subgraph/subgraph-client.ts';

/** A fetch as the cache sees it: items that are found, asked for and kept one by one. */
export interface CacheableFetch {
  /** How many there are; each is known by its number from 0. */
  readonly size: number;
  keyOf(item: number, scope: string): string;
  /** What asks for these items only. */
  askFor(items: readonly number[]): Pick<SubgraphRequest<unknown>, 'body' | 'entities'>;
  /** The texts and tags of the items that were asked for. Undefined where the answer is not to be kept. */
  cut(response: RawResponse, items: readonly number[]): readonly CutItem[] | undefined;
  /** The answer that has all items in it. */
  answerOf(texts: readonly string[]): RawResponse;
  /**
   * The answer for all items where the one to some of them cannot be cut, for its errors for instance.
   * @throws TributaryError SUBGRAPH_* where it is no answer to what was asked.
   */
  complete(
    response: RawResponse,
    items: readonly number[],
    known: readonly (string | undefined)[],
  ): RawResponse;
}

export interface CutItem {
  /** Byte text. */
  readonly text: string;
  readonly tags: readonly string[];
}

export function jsonAnswer(byteText: string): RawResponse {
  return { status: 200, contentType: 'application/json', body: Buffer.from(byteText, 'latin1') };
}
