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
        numberOfReviews: ({ id }: { id: string }) => reviewsOf('author', id).length,
        reviews: ({ id }: { id: string }) => reviewsOf('author', id),
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

/** Who wrote about what: the first two of six users write most, and of nine products the first are the most reviewed. */
const reviews = [
  ['1', '1'],
  ['1', '2'],
  ['2', '3'],
  ['2', '1'],
  ['1', '4'],
  ['1', '5'],
  ['2', '6'],
  ['3', '1'],
  ['4', '7'],
  ['5', '8'],
  ['6', '9'],
].map(([author = '', upc = ''], index) => ({
  id: String(index + 1),
  body: sentence(index, 640 + 20 * index),
  author: { id: author, username: user(author).username },
  product: { upc },
}));

function reviewsOf(role: 'author', id: string) {
  return reviews.filter((review) => review[role].id === id);
}

function user(id: string) {
  return { id, name: `Customer ${id}`, username: `customer-${id}`, birthday: 1970 + Number(id) };
}

function product(upc: string): Product {
  const index = Number(upc);
  return { upc, name: `Product ${upc}`, price: 100 * ((index * 7) % 19), weight: 50 * ((index * 5) % 11) };
}
