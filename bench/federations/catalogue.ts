import { type Federation, parseSubgraph, sentence } from './federation.ts';

/** A long list, and a second subgraph that knows one thing more about each item. */
export const catalogue: Federation = {
  items: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Query {
        items(first: Int!): [Item!]!
      }
      type Item @key(fields: "id") {
        id: ID!
        name: String!
        price: Float!
        inStock: Boolean!
      }
    `),
    resolvers: {
      Query: {
        items: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (__, index) => item(index)),
      },
    },
  },
  ratings: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Item @key(fields: "id") {
        id: ID!
        stars: Int
      }
    `),
    resolvers: {
      Item: {
        __resolveReference: (reference: object) => reference,
        stars: ({ id }: { id: string }) => 1 + (Number(id) % 5),
      },
    },
  },
};

// Private:

/** Ids of one length, so that ten times the items are ten times the bytes. */
function item(index: number) {
  return {
    id: String(100_000 + index),
    name: sentence(index, 40),
    price: 1 + (index % 100) / 4,
    inStock: index % 7 !== 0,
  };
}
