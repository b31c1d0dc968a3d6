import { hash } from 'node:crypto';
import type {
  EntitiesPart,
  EntitiesRequest,
  RawResponse,
  SubgraphRequest,
} from '../subgraph/subgraph-client.ts';
import { cutEntities } from './answer-slices.ts';
import { type CacheableFetch, type CutItem, jsonAnswer } from './cacheable-fetch.ts';
import { completeWithErrors } from './complete-with-errors.ts';
import { representationTags, subgraphTag, tagsOfAnswer } from './tags.ts';

/** A fetch of entities: each representation is an item, whatever others it travels with. */
export class EntityFetch implements CacheableFetch {
  readonly #subgraph: string;
  readonly #entities: EntitiesRequest;
  readonly #parts: readonly EntitiesPart[];
  /** Of all parts, in order. */
  readonly #representations: readonly string[];
  /** Which part each is of. */
  readonly #partOf: readonly number[];
  readonly #digest: string;

  constructor(subgraph: string, source: string, entities: EntitiesRequest) {
    this.#subgraph = subgraph;
    this.#entities = entities;
    const parts = entities.parts;
    this.#parts = parts;
    this.#representations = parts.flatMap(({ representations }) => representations);
    this.#partOf = parts.flatMap(({ representations }, part) => representations.map(() => part));
    const selection = entities.bodyFor(parts.map(() => []));
    this.#digest = hash('sha256', `${subgraph}\n${source}\n${selection}`, 'base64url');
  }

  get size(): number {
    return this.#representations.length;
  }

  keyOf(item: number, scope: string): string {
    const part = this.#parts[this.#partOf[item] as number];
    return `${this.#digest}${scope}:${part?.dataKey}:${this.#representations[item]}`;
  }

  askFor(items: readonly number[]): Pick<SubgraphRequest<unknown>, 'body' | 'entities'> {
    const asked = this.#inParts(items);
    const representations = asked.map((part) => part.map((item) => this.#representations[item] as string));
    const parts = this.#parts.map(({ dataKey }, part) => ({
      dataKey,
      representations: representations[part] as readonly string[],
    }));
    const bodyFor = (fewer: readonly (readonly string[])[]) => this.#entities.bodyFor(fewer);
    return { body: bodyFor(representations), entities: { parts, bodyFor } };
  }

  cut(response: RawResponse, items: readonly number[]): readonly CutItem[] | undefined {
    const asked = this.#inParts(items);
    const slices = cutEntities(
      response,
      this.#parts.map(({ dataKey }, part) => ({ dataKey, count: asked[part]?.length ?? 0 })),
    );
    if (slices === undefined) return undefined;
    const { all, byEntity } = tagsOfAnswer(response.cacheTag, slices.extensions);
    const common = [subgraphTag(this.#subgraph), ...all];
    // The list of lists has no place for parts; then each entity has the tags of all.
    const isOnePart = this.#parts.length === 1;
    const ofAny = isOnePart ? [] : byEntity.flat();
    return slices.data.flat().map((text, index) => {
      const own = isOnePart ? (byEntity[index] ?? []) : ofAny;
      const representation = this.#representations[items[index] as number] as string;
      return { text, tags: [...new Set([...common, ...representationTags(representation), ...own])] };
    });
  }

  answerOf(texts: readonly string[]): RawResponse {
    let body = '{"data":';
    let next = 0;
    for (const [part, { dataKey, representations }] of this.#parts.entries()) {
      const end = next + representations.length;
      body += `${part === 0 ? '{' : ','}"${dataKey}":[${texts.slice(next, end).join(',')}]`;
      next = end;
    }
    return jsonAnswer(`${body}}}`);
  }

  complete(
    response: RawResponse,
    items: readonly number[],
    known: readonly (string | undefined)[],
  ): RawResponse {
    return completeWithErrors(response, {
      subgraph: this.#subgraph,
      asked: this.#inParts(items),
      known,
      parts: this.#parts,
    });
  }

  /** For each part those of the items that are in it. Items are in order, so nothing of theirs changes places. */
  #inParts(items: readonly number[]): readonly (readonly number[])[] {
    const inParts: number[][] = this.#parts.map(() => []);
    for (const item of items) inParts[this.#partOf[item] as number]?.push(item);
    return inParts;
  }
}
