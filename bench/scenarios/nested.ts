import { shop } from '../federations/shop.ts';
import type { Scenario } from './scenario.ts';

/** The query of the federation benchmark that gateways are commonly compared with. */
export const nested: Scenario = {
  name: 'nested',
  about: 'users, their reviews, the products, their reviews, the authors, their reviews: entities in circles',
  federation: shop,
  requests: [
    {
      query: /* GraphQL */ `
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
      `,
    },
  ],
};
