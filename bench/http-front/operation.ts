import { buildSchema } from 'graphql';

/** What every server under test is asked, and what it answers: a phone's home screen, some 6 KB. */
export const SCHEMA = buildSchema(/* GraphQL */ `
  type Query { me: User }
  type User { id: ID! displayName: String! email: String! orders(first: Int = 20): [Order!]! }
  type Order { id: ID! number: String! status: Status! placedAt: String! total: Money! lines: [Line!]! }
  type Line { sku: String! title: String! quantity: Int! unitPrice: Money! }
  type Money { amount: String! currency: String! }
  enum Status { PAID SHIPPED }
`);

const QUERY = /* GraphQL */ `
  query Home($first: Int!) {
    me {
      id
      displayName
      email
      orders(first: $first) {
        id
        number
        status
        placedAt
        total { amount currency }
        lines { sku title quantity unitPrice { amount currency } }
      }
    }
  }
`;

export const REQUEST_BODY = JSON.stringify({ query: QUERY, operationName: 'Home', variables: { first: 13 } });

const money = (amount: string) => ({ amount, currency: 'EUR' });
const lines = ['Café Zürich', 'Moka pot', 'Paper filters'].map((title, index) => ({
  sku: `SKU-${1000 + index}`,
  title,
  quantity: index + 1,
  unitPrice: money('12.90'),
}));
const orders = Array.from({ length: 13 }, (_, index) => ({
  id: String(7000 + index),
  number: `2026-${100000 + index}`,
  status: index % 2 === 0 ? 'PAID' : 'SHIPPED',
  placedAt: '2026-11-20T10:15:30Z',
  total: money('77.40'),
  lines,
}));

export const DATA = { me: { id: '17', displayName: 'Mia', email: 'mia@example.com', orders } };
