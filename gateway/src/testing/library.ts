import { parse } from 'graphql';

/** A federation with nothing of the demo in it: a lending library, in three subgraphs that share two entities. */
export const LIBRARY = {
  readers: {
    typeDefs: parse(/* GraphQL */ `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@inaccessible"])
      type Query {
        viewer: Reader
        readers(first: Int = 2): [Reader!]!
        echo(text: String!): String
        refused: String
        broken: String
      }
      type Mutation {
        rename(name: String!): Reader!
      }
      type Reader @key(fields: "id") {
        id: ID!
        name: String!
        shelfMark: String @inaccessible
      }
    `),
    resolvers: {
      Query: {
        viewer: () => reader(1),
        readers: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_, i) => reader(i + 1)),
        echo: (_: unknown, { text }: { text: string }) => text,
        refused: () => {
          throw Object.assign(new Error('Not for you'), {
            extensions: { code: 'FORBIDDEN', shelf: 7, stacktrace: ['at x'] },
          });
        },
        broken: () => {
          throw new Error('connect to db-7.internal failed');
        },
      },
      Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ ...reader(1), name }) },
      Reader: { __resolveReference: ({ id }: { id: string }) => reader(Number(id)) },
    },
  },
  loans: {
    typeDefs: parse(/* GraphQL */ `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires"])
      type Query {
        loanCount: Int!
      }
      type Reader @key(fields: "id") {
        id: ID!
        name: String! @external
        loans: [Loan!]
        card: String @requires(fields: "name")
      }
      type Loan @key(fields: "id") {
        id: ID!
        title: String!
      }
    `),
    resolvers: {
      Query: { loanCount: () => 3 },
      Reader: {
        __resolveReference: (reference: object) => reference,
        loans: ({ id }: { id: string }) => [loan(`${id}-1`), loan(`${id}-2`)],
        card: ({ name }: { name: string }) => `Card of ${name}`,
      },
    },
  },
  fines: {
    typeDefs: parse(/* GraphQL */ `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])
      type Reader @key(fields: "id") {
        id: ID!
        balance: Int
      }
      type Loan @key(fields: "id") {
        id: ID!
        fine: Int
        dueInDays: Int!
      }
    `),
    resolvers: {
      Reader: { __resolveReference: (reference: object) => reference, balance: () => 12 },
      Loan: { __resolveReference: (reference: object) => reference, fine: () => 5, dueInDays: () => 3 },
    },
  },
};

function reader(index: number) {
  return { id: String(index), name: `Reader ${index}` };
}

function loan(id: string) {
  return { id, title: `Title ${id}` };
}
