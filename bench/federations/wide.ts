import { type Federation, parseSubgraph, type SubgraphModule, sentence } from './federation.ts';

/** One entity to which twelve subgraphs give three fields each. */
export const wide: Federation = {
  part1: part(1, 'type Query { things: [Thing!]! }', { things: () => Array.from({ length: 10 }, thing) }),
  ...Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [`part${index + 2}`, part(index + 2, '', undefined)]),
  ),
};

// Private:

function part(index: number, query: string, root: object | undefined): SubgraphModule {
  return {
    typeDefs: parseSubgraph(`${query}
      type Thing @key(fields: "id") {
        id: ID!
        name${index}: String!
        count${index}: Int!
        flag${index}: Boolean
      }`),
    resolvers: {
      ...(root && { Query: root }),
      Thing: {
        __resolveReference: (reference: object) => reference,
        [`name${index}`]: ({ id }: { id: string }) => sentence(Number(id) + index, 24),
        [`count${index}`]: ({ id }: { id: string }) => Number(id) * index,
        [`flag${index}`]: ({ id }: { id: string }) => (Number(id) + index) % 3 === 0 || null,
      },
    },
  };
}

function thing(_: unknown, index: number) {
  return { id: String(index + 1) };
}
