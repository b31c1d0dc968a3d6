import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeSubgraphs } from './compose-subgraphs.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable"])';

const subgraph = (name: string, ...lines: string[]) => ({
  name,
  routingUrl: `http://127.0.0.1/${name}`,
  path: `/repo/services/${name}/schema.graphql`,
  sdl: [LINK, ...lines].join('\n'),
});

const problemsOf = (...subgraphs: ReturnType<typeof subgraph>[]) => {
  const outcome = composeSubgraphs(subgraphs);
  return outcome.composed ? [] : outcome.problems;
};

describe('composeSubgraphs', () => {
  it('merges subgraphs that fit into one schema that knows where they answer', () => {
    const outcome = composeSubgraphs([
      subgraph(
        'books',
        'type Query { book: Book }',
        'type Book @key(fields: "id") { id: ID! title: String }',
      ),
      subgraph('stock', 'type Book @key(fields: "id") { id: ID! available: Int }'),
    ]);

    if (!outcome.composed) throw new Error('expected a supergraph');
    expect(Object.keys(buildSchema(outcome.supergraphSdl, { assumeValid: true }).getTypeMap())).toContain(
      'Book',
    );
    expect(outcome.supergraphSdl).toContain('@join__graph(name: "stock", url: "http://127.0.0.1/stock")');
  });

  it('names both places of a conflict between two subgraphs', () => {
    const problems = problemsOf(
      subgraph('books', 'type Query {', '  count: Int @shareable', '}'),
      subgraph('stock', 'type Query { count: String @shareable }'),
    );

    expect(problems).toEqual([
      {
        code: 'FIELD_TYPE_MISMATCH',
        message: expect.stringContaining('Query.count'),
        places: [
          { subgraph: 'books', path: '/repo/services/books/schema.graphql', line: 3, column: 3 },
          { subgraph: 'stock', path: '/repo/services/stock/schema.graphql', line: 2, column: 14 },
        ],
      },
    ]);
  });

  it('reports a syntax error of each subgraph at its line', () => {
    const problems = problemsOf(
      subgraph('books', 'type Query {'),
      subgraph('stock', 'type Query { a: Int }', 'typo Book'),
    );

    expect(problems.map(({ code, places }) => [code, places[0]?.subgraph, places[0]?.line])).toEqual([
      ['INVALID_GRAPHQL', 'books', 2],
      ['INVALID_GRAPHQL', 'stock', 3],
    ]);
  });

  it('reports a field that no query path can reach, which has no single place', () => {
    const problems = problemsOf(
      subgraph('books', 'type Query { book: Book }', 'type Book @key(fields: "id") { id: ID! @shareable }'),
      subgraph('stock', 'type Book { id: ID! @shareable available: Int }'),
    );

    expect(problems).toEqual([
      { code: 'SATISFIABILITY_ERROR', message: expect.stringContaining('Book.available'), places: [] },
    ]);
  });
});
