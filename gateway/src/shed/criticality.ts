import type { IncomingHttpHeaders } from 'node:http';
import type { OverloadPolicy } from '../configuration/index.ts';

/** From what is given up last to what is given up first. */
export const CRITICALITIES = ['critical', 'default', 'background'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/** The same as a number, so that the smaller one matters more. */
export const CRITICAL = 0;
export const DEFAULT = 1;
export const BACKGROUND = 2;
export type Rank = typeof CRITICAL | typeof DEFAULT | typeof BACKGROUND;

const RANKS: ReadonlyMap<string, Rank> = new Map<Criticality, Rank>([
  ['critical', CRITICAL],
  ['default', DEFAULT],
  ['background', BACKGROUND],
]);

/** What of a request says how much it matters: nothing that would have to be parsed. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

export type RankOf = (head: RequestHead) => Rank;

/**
 * A request matters as much as its header says, else as its operation is listed, else as any. No header lifts it above
 * what the policy lists for its client, or where that is not listed, for its operation. A level that does not exist
 * counts as none: what orders requests must not fail one.
 */
export function createRankOf({ clients, operations }: OverloadPolicy): RankOf {
  const byClient = ranksOf(clients);
  const byOperation = ranksOf(operations);
  return ({ headers, url }) => {
    const said = headers['x-request-criticality'];
    const asked = typeof said === 'string' ? RANKS.get(said) : undefined;
    const client = byClient?.get(textOf(headers['apollographql-client-name']));
    const operation = byOperation?.get(operationNameOf(headers, url));
    const rank = asked ?? operation ?? DEFAULT;
    const limit = client ?? operation ?? DEFAULT;
    return rank < limit ? limit : rank;
  };
}

// Private:

/** Undefined where nothing is listed: then nothing needs to be looked up. */
function ranksOf(listed: Readonly<Record<string, Criticality>>): ReadonlyMap<string, Rank> | undefined {
  const entries = Object.entries(listed);
  if (entries.length === 0) return undefined;
  return new Map(entries.map(([name, criticality]) => [name, RANKS.get(criticality) ?? DEFAULT]));
}

const OPERATION_NAME = /[?&]operationName=(\w+)(?:&|$)/;

function operationNameOf(headers: IncomingHttpHeaders, url: string | undefined): string {
  return textOf(headers['x-apollo-operation-name']) || (OPERATION_NAME.exec(url ?? '')?.[1] ?? '');
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
