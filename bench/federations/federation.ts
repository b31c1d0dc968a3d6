import { readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';

/** One subgraph: its schema, and resolvers over data that never changes, so that an answer depends on its request alone. */
export interface SubgraphModule {
  readonly typeDefs: DocumentNode;
  readonly resolvers: object;
  /** Changes each answer on its way out. */
  readonly rewriteAnswer?: (answer: unknown) => unknown;
}

/** Subgraphs by name. */
export type Federation = Readonly<Record<string, SubgraphModule>>;

/** Federation 2, with what these schemas use of it. */
export function parseSubgraph(sdl: string): DocumentNode {
  return parse(`extend schema @link(
    url: "https://specs.apollo.dev/federation/v2.3"
    import: ["@key", "@shareable", "@external", "@requires", "@provides"]
  )\n${sdl}`);
}

export function readSubgraph(location: URL): DocumentNode {
  return parse(readFileSync(location, 'utf8'));
}

/** A sentence of this many characters, always the same for the same seed. */
export function sentence(seed: number, length: number): string {
  const words = [
    'river',
    'stone',
    'lantern',
    'harbour',
    'meadow',
    'copper',
    'winter',
    'signal',
    'orchard',
    'ledger',
  ];
  let text = '';
  for (let step = 0; text.length < length; step++) {
    text += `${words[(seed * 7 + step * (1 + (seed % 3))) % words.length]} `;
  }
  return `${text
    .slice(0, length - 1)
    .trimEnd()
    .padEnd(length - 1, 'n')}.`;
}
