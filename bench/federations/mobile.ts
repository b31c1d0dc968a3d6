import { type Federation, readSubgraph } from './federation.ts';

/** The schemas of this repository's services, over data that is computed instead of read from databases. */
export const mobile: Federation = {
  users: {
    typeDefs: readSubgraph(new URL('../../services/users/schema.graphql', import.meta.url)),
    resolvers: {
      Query: { me: () => user() },
      User: { __resolveReference: user },
    },
  },
  orders: {
    typeDefs: readSubgraph(new URL('../../services/orders/schema.graphql', import.meta.url)),
    resolvers: {
      User: {
        __resolveReference: (reference: object) => reference,
        orders: () => ({
          edges: orders.map((node) => ({ node, cursor: node.id })),
          pageInfo: {
            hasNextPage: true,
            hasPreviousPage: false,
            startCursor: orders[0]?.id,
            endCursor: orders.at(-1)?.id,
          },
        }),
      },
    },
  },
  loyalty: {
    typeDefs: readSubgraph(new URL('../../services/loyalty/schema.graphql', import.meta.url)),
    resolvers: {
      User: {
        __resolveReference: (reference: object) => reference,
        loyalty: () => ({
          id: user().id,
          points: 4_210,
          tier: 'SILVER',
          nextTier: { tier: 'GOLD', pointsNeeded: 790 },
        }),
      },
      LoyaltyAccount: {
        history: (_: unknown, { first }: { first: number }) => ({
          edges: orders.slice(0, first).map(({ id }, index) => ({
            node: {
              id: uuid(900 + index),
              points: 12 * index + 3,
              reason: 'ORDER_PLACED',
              createdAt: instant(index),
              order: { id },
            },
          })),
        }),
      },
      Order: {
        __resolveReference: (reference: object) => reference,
        pointsEarned: ({ id }: { id: string }) => Number.parseInt(id.slice(-2), 16) * 3,
      },
    },
  },
};

// Private:

const orders = Array.from({ length: 12 }, (_, index) => ({
  id: uuid(100 + index),
  number: `T-${String(4_711 + index * 13).padStart(9, '0')}`,
  status: ['PLACED', 'PAID', 'SHIPPED', 'DELIVERED'][index % 4],
  placedAt: instant(index),
  total: { amount: `${19 + index * 7}.90`, currency: 'EUR' },
  lines: Array.from({ length: 1 + (index % 3) }, (_, line) => ({
    sku: `SKU-${1_000 + index * 3 + line}`,
    title: ['Espresso beans, 1 kg', 'Pour-over dripper', 'Paper filters'][line],
    quantity: 1 + ((index + line) % 3),
    unitPrice: { amount: `${9 + line * 5}.90`, currency: 'EUR' },
  })),
}));

function user() {
  return { id: uuid(1), email: 'mia@example.com', displayName: 'Mia', createdAt: instant(0) };
}

function uuid(index: number): string {
  return `0192f3a4-7c1e-7a00-8000-${index.toString(16).padStart(12, '0')}`;
}

function instant(day: number): string {
  return `2026-11-${String(1 + day).padStart(2, '0')}T09:30:00.000Z`;
}
