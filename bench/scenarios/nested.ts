import { shop } from '../federations/shop.ts';
import { shopOutOfOrder } from '../federations/shop-out-of-order.ts';
import type { Scenario } from './scenario.ts';

const TEST_QUERY = /* GraphQL */ `
  fragment User on User {
    id
    username
    name
  }
  fragment Review on Review {
    id
    body
  }
  fragment Product on Product {
    inStock
    name
    price
    shippingEstimate
    upc
    weight
  }
  query TestQuery {
    users {
      ...User
      reviews {
        ...Review
        product {
          ...Product
          reviews {
            ...Review
            author {
              ...User
              reviews {
                ...Review
                product {
                  ...Product
                }
              }
            }
          }
        }
      }
    }
    topProducts {
      ...Product
      reviews {
        ...Review
        author {
          ...User
          reviews {
            ...Review
            product {
              ...Product
            }
          }
        }
      }
    }
  }
`;

/** The query of the federation benchmark that gateways are commonly compared with. */
export const nested: Scenario = {
  name: 'nested',
  about: 'users, their reviews, the products, their reviews, the authors, their reviews: entities in circles',
  isPrincipal: true,
  federation: shop,
  requests: [{ query: TEST_QUERY }],
};

/** The complete executor instead of the compiled code, for the same answer. */
export const aside: Scenario = {
  name: 'aside',
  about:
    'nested again, with a subgraph whose keys come in another order: Tributary steps aside to its complete executor',
  federation: shopOutOfOrder,
  requests: nested.requests,
};
