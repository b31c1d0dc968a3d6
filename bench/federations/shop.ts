import { type Federation, parseSubgraph, sentence } from './federation.ts';

/**
 * The shop of the federation benchmark that gateways are commonly compared with: accounts, inventory, products and
 * reviews, entities that lead to each other in circles, and a field that @requires two of another subgraph.
 */
export const shop: Federation = {
  accounts: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Query {
        me: User
        user(id: ID!): User
        users: [User]
        search(filter: UserFilter!, ids: [ID!]!, limits: [Int!]!, note: String): [User]
      }
      type User @key(fields: "id") {
        id: ID!
        name: String
        username: String @shareable
        birthday: Int
        secret: String
      }
      input UserFilter {
        name: String
        range: Range
        tags: [String!]
      }
      input Range {
        from: Float!
        to: Float!
      }
    `),
    resolvers: {
      Query: {
        me: () => user('1'),
        user: (_: unknown, { id }: { id: string }) => user(id),
        users: () => ['1', '2', '3', '4', '5', '6'].map(user),
        search: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(user),
      },
      User: {
        __resolveReference: ({ id }: { id: string }) => user(id),
        secret: () => {
          throw Object.assign(new Error('Not for you'), { extensions: { code: 'FORBIDDEN' } });
        },
      },
    },
  },
  inventory: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }
    `),
    resolvers: {
      Product: {
        __resolveReference: (reference: object) => reference,
        inStock: ({ upc }: Product) => Number(upc) % 3 !== 0,
        shippingEstimate: ({ price, weight }: Product) => (price > 1000 ? 0 : Math.round(weight / 2)),
      },
    },
  },
  products: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Query {
        topProducts(first: Int = 5): [Product]
      }
      type Product @key(fields: "upc") {
        upc: String!
        name: String
        price: Int
        weight: Int
      }
    `),
    resolvers: {
      Query: {
        topProducts: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_, index) => product(String(index + 1))),
      },
      Product: { __resolveReference: ({ upc }: Product) => product(upc) },
    },
  },
  reviews: {
    typeDefs: parseSubgraph(/* GraphQL */ `
      type Review @key(fields: "id") {
        id: ID!
        body: String
        author: User @provides(fields: "username")
        product: Product
      }
      type User @key(fields: "id") {
        id: ID!
        username: String @external
        numberOfReviews: Int
        reviews: [Review]
      }
      type Product @key(fields: "upc") {
        upc: String!
        reviews: [Review]
      }
    `),
    resolvers: {
      Review: { __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id) },
      User: {
        __resolveReference: ({ id }: { id: string }) => ({ id, username: user(id).username }),
        numberOfReviews: () => 2,
        reviews: () => reviews.slice(0, 2),
      },
      Product: {
        __resolveReference: ({ upc }: Product) => ({ upc }),
        reviews: ({ upc }: Product) => reviews.filter((review) => review.product.upc === upc),
      },
    },
  },
};

// Private:

interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

/** In number, length and the circles they make as in that benchmark: one author, four products, two reviews of a user. */
const reviews = [
  ['1', 445],
  ['1', 290],
  ['1', 275],
  ['1', 143],
  ['2', 445],
  ['2', 290],
  ['2', 275],
  ['2', 143],
  ['3', 143],
  ['4', 143],
  ['4', 840],
].map(([upc, length], index) => ({
  id: String(index + 1),
  body: sentence(index, Number(length)),
  author: { id: '1', username: user('1').username },
  product: { upc: String(upc) },
}));

function user(id: string) {
  return { id, name: `Customer ${id}`, username: `customer-${id}`, birthday: 1970 + Number(id) };
}

function product(upc: string): Product {
  const index = Number(upc);
  return { upc, name: `Product ${upc}`, price: 100 * ((index * 7) % 19), weight: 50 * ((index * 5) % 11) };
}
