import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { subgraphLinks } from './subgraph-links.ts';

it('finds subgraphs, how many types each has, and the entities that two of them share', async () => {
  const sdl = await readFile(
    new URL('../../../infra/supergraph/supergraph.graphql', import.meta.url),
    'utf8',
  );
  const { subgraphs, links } = subgraphLinks(sdl);
  expect(subgraphs.map(({ name }) => name)).toEqual(['loyalty', 'orders', 'users']);
  expect(subgraphs.every(({ types }) => types > 5)).toBe(true);
  expect(links).toContainEqual({ between: ['loyalty', 'orders'], types: ['Order', 'User'] });
  expect(links).toContainEqual({ between: ['orders', 'users'], types: ['User'] });
});

it('finds nothing in what is no supergraph', () => {
  expect(subgraphLinks('type Query { me: String }')).toEqual({ subgraphs: [], links: [] });
});
