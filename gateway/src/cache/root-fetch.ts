import { hash } from 'node:crypto';
import type { RawResponse, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { cutData } from './answer-slices.ts';
import { type CacheableFetch, type CutItem, jsonAnswer } from './cacheable-fetch.ts';
import { subgraphTag, tagsOfAnswer } from './tags.ts';

/** A fetch of root fields: its answer is one item. */
export class RootFetch implements CacheableFetch {
  readonly size = 1;
  readonly #source: string;
  readonly #subgraph: string;
  readonly #request: SubgraphRequest<unknown>;
  readonly #digest: string;

  /** `source` is what tells subgraphs of one name apart: their URL. */
  constructor(subgraph: string, source: string, request: SubgraphRequest<unknown>) {
    this.#subgraph = subgraph;
    this.#source = source;
    this.#request = request;
    this.#digest = hash('sha256', `${this.#subgraph}\n${this.#source}\n${request.body}`, 'base64url');
  }

  keyOf(_item: number, scope: string): string {
    return `${this.#digest}${scope}`;
  }

  askFor(): Pick<SubgraphRequest<unknown>, 'body'> {
    return { body: this.#request.body };
  }

  cut(response: RawResponse): readonly CutItem[] | undefined {
    const slices = cutData(response);
    if (slices === undefined) return undefined;
    const { all, byEntity } = tagsOfAnswer(response.cacheTag, slices.extensions);
    const tags = new Set([subgraphTag(this.#subgraph), ...this.#request.targets, ...all, ...byEntity.flat()]);
    return [{ text: slices.data, tags: [...tags] }];
  }

  answerOf([data]: readonly string[]): RawResponse {
    return jsonAnswer(`{"data":${data}}`);
  }

  complete(response: RawResponse): RawResponse {
    return response;
  }
}
