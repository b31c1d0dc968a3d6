import { type CursorPart, type CursorPartTypes, encodeCursor } from './cursor.ts';
import type { Page } from './page.ts';

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** https://relay.dev/graphql/connections.htm */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
}

/**
 * Makes a Relay connection of the rows that were fetched for `page`, in list order and at most `limit + 1`: the one too
 * many only says that there is a next page. hasPreviousPage is true on every page after the first (a cursor came from
 * an earlier row), which the specification allows for forward paging.
 */
export function toConnection<Node>(
  rowsPlusOne: readonly Node[],
  page: Page,
  cursorOf: (node: Node) => readonly CursorPartTypes[CursorPart][],
): Connection<Node> {
  const edges = rowsPlusOne
    .slice(0, page.limit)
    .map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rowsPlusOne.length > page.limit,
      hasPreviousPage: page.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
