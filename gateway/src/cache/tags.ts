import { fromByteText } from '../subgraph/byte-text.ts';
import { isExactNumber, parseJson } from '../subgraph/parse-json.ts';

// Names under which the cache is told to forget:
//   subgraph:orders       every answer of a subgraph
//   type:User             every entity of a type
//   User:{"id":"1"}       an entity, by its key
//   Query.me              answers to a root field
// and whatever a subgraph adds: see tagsOfAnswer.

export function subgraphTag(name: string): string {
  return `subgraph:${name}`;
}

/**
 * The tags of an entity. Representations carry what @requires asks for beside the key, and nothing says which is
 * which: so each single field makes a tag too, and an entity is found by a key of one field whatever else was sent.
 */
export function representationTags(byteText: string): readonly string[] {
  const { __typename: type, ...fields } = parseJson(fromByteText(byteText)) as Record<string, unknown>;
  const names = Object.keys(fields);
  const tags = [`type:${type}`, `${type}:${canonical(fields)}`];
  if (names.length > 1) {
    for (const name of names)
      if (!isObject(fields[name])) tags.push(`${type}:${canonical({ [name]: fields[name] })}`);
  }
  return tags;
}

const ENTITY_TAG = /^(\w+):(\{.*\})$/s;

/** The same entity by the same tag, whatever the order of its fields and the white space. */
export function canonicalTag(tag: string): string {
  const [, type, fields] = ENTITY_TAG.exec(tag) ?? [];
  if (fields === undefined) return tag;
  try {
    return `${type}:${canonical(parseJson(fields))}`;
  } catch {
    return tag;
  }
}

const MAX_TAGS = 100;
const MAX_TAG_LENGTH = 1_000;

export interface AnswerTags {
  /** Of everything in the answer. */
  readonly all: readonly string[];
  /** Of each entity, in order. */
  readonly byEntity: readonly (readonly string[])[];
}

const NONE: AnswerTags = { all: [], byEntity: [] };

/**
 * Tags that a subgraph gives: the header `cache-tag` (as CDNs read it), and the extensions `apolloCacheTags` (a list)
 * and `apolloEntityCacheTags` (a list for each entity), as Apollo Router and Cosmo read them.
 */
export function tagsOfAnswer(header: string | undefined, extensions: string | undefined): AnswerTags {
  const hasExtension = extensions?.includes('CacheTags"') === true;
  if (header === undefined && !hasExtension) return NONE;
  const { apolloCacheTags, apolloEntityCacheTags } = hasExtension
    ? (parseJson(fromByteText(extensions)) as Record<string, unknown>)
    : {};
  const entities = Array.isArray(apolloEntityCacheTags) ? (apolloEntityCacheTags as unknown[]) : [];
  return {
    all: toTags([...(header?.split(',') ?? []), ...(Array.isArray(apolloCacheTags) ? apolloCacheTags : [])]),
    byEntity: entities.map((tags) => (Array.isArray(tags) ? toTags(tags) : [])),
  };
}

// Private:

function toTags(values: readonly unknown[]): readonly string[] {
  const tags = values
    .filter((value) => typeof value === 'string')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '' && tag.length <= MAX_TAG_LENGTH);
  return [...new Set(tags)].slice(0, MAX_TAGS).map(canonicalTag);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isExactNumber(value);
}
