import { describe, expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

/** Each node has a part of its own: a plan asks all parts for what any of the nodes is asked for. */
const federation = () =>
  new TestFederation({
    nodes: {
      sdl: `
        type Query { nodes: [Node] }
        interface Node { part: Part }
        type A implements Node { part: Part }
        type B implements Node { part: Part }
        type Part @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          nodes: () => [
            { __typename: 'A', part: { id: '1' } },
            { __typename: 'B', part: { id: '2' } },
          ],
        },
      },
    },
    parts: {
      sdl: 'type Part @key(fields: "id") { id: ID! size: Int weight: Int }',
      resolvers: {
        Part: {
          size: () => 4,
          weight: () => {
            throw new Error('no scales');
          },
        },
      },
    },
    postage: {
      sdl: `type Part @key(fields: "id") {
        id: ID! weight: Int @external price: Int @requires(fields: "weight") stamp: String }`,
      resolvers: {
        Part: { price: ({ weight }: { weight: number | null }) => weight ?? 0, stamp: () => 'new' },
      },
    },
  });

async function pathsOf(query: string) {
  const { data, errors = [] } = await federation().execute(query);
  return { data, paths: errors.map(({ path }) => path?.join('.')) };
}

describe('an error of a field that was fetched for objects of one type, and asked for those of another', () => {
  it('is told where the client asked for the field', async () => {
    expect(
      await pathsOf('{ nodes { ... on A { part { size } } ... on B { part { size weight } } } }'),
    ).toEqual({
      data: { nodes: [{ part: { size: 4 } }, { part: { size: 4, weight: null } }] },
      paths: ['nodes.1.part.weight'],
    });
  });

  it('is told where another fetch needed the field', async () => {
    expect(await pathsOf('{ nodes { ... on A { part { price } } ... on B { part { weight } } } }')).toEqual({
      data: { nodes: [{ part: { price: 0 } }, { part: { weight: null } }] },
      paths: ['nodes.0.part', 'nodes.1.part.weight'],
    });
  });

  it('is told where the objects were lost with it', async () => {
    const { data, errors = [] } = await federation()
      .answer('parts', () => ({
        data: { _entities: [null, { size: 4, weight: 2 }] },
        errors: [{ message: 'no scales', path: ['_entities', 0, 'weight'] }],
      }))
      .execute('{ nodes { ... on A { part { size } } ... on B { part { size weight } } } }');
    expect(data).toEqual({ nodes: [{ part: { size: null } }, { part: { size: 4, weight: 2 } }] });
    expect(errors.map(({ path }) => path?.join('.'))).toEqual(['nodes.0.part.size']);
  });
});
