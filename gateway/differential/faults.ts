// What may go wrong in a case. Plain data: a kept case is a file.

/** Another spelling of the same answer: the client must not notice. */
export const SPELLINGS = [
  'pretty',
  'escaped',
  'reordered',
  'extra-keys',
  'duplicate-keys',
  'extensions',
  'numbers',
  'ids-as-numbers',
  'status-500',
  'graphql-response-json',
] as const;
export type Spelling = (typeof SPELLINGS)[number];

/** No answer, or none that counts. */
export const FAILURES = [
  'unavailable',
  'timeout',
  'html',
  'html-502',
  'truncated',
  'empty',
  'array',
  'no-data',
  'errors-only',
  'null-data',
  'bad-utf-8',
  'data-is-text',
  'nothing-asked-for',
] as const;
export type Failure = (typeof FAILURES)[number];

/** What stands in an answer in the place of a field's value. */
export const FORGERIES = [
  'null',
  'missing',
  'text',
  'integer',
  'too-large-integer',
  'fraction',
  'boolean',
  'object',
  'empty-list',
  'list-of-it',
  'list-of-null',
  'first-of-it',
  'deep',
  '1e400',
  '2^53+1',
  'typename-missing',
  'typename-unknown',
  'typename-other',
  'typename-number',
] as const;
export type Forgery = (typeof FORGERIES)[number];

export type Fault =
  | { readonly kind: 'spelling'; readonly subgraph: string; readonly spelling: Spelling }
  /** This share of its answers comes late: some after all that are ready, some after what others would wait for them. */
  | { readonly kind: 'late'; readonly subgraph: string; readonly rate: number }
  /** Resolving the field fails for this share of objects, whoever resolves it: the monolith too. */
  | { readonly kind: 'field-error'; readonly field: string; readonly rate: number }
  | {
      readonly kind: 'failure';
      readonly subgraph: string;
      readonly failure: Failure;
      /** Fetches of root fields or of entities only. */
      readonly scope: 'all' | 'roots' | 'entities';
    }
  /** The subgraph does not find, or fails at, this share of entities. */
  | {
      readonly kind: 'entity';
      readonly subgraph: string;
      readonly how: 'null' | 'error';
      readonly rate: number;
    }
  | {
      readonly kind: 'forgery';
      readonly subgraph: string;
      readonly field: string;
      readonly forgery: Forgery;
      readonly rate: number;
    }
  /** `_entities` of another length. */
  | { readonly kind: 'entities'; readonly subgraph: string; readonly how: 'short' | 'long' | 'no-list' }
  /** Errors that are well-formed and say nothing about where. */
  | {
      readonly kind: 'stray-error';
      readonly subgraph: string;
      readonly path: 'none' | 'null' | 'unknown' | 'long';
    };
