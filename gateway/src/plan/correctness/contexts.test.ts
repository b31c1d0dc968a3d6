import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';

const reference = { __resolveReference: (object: object) => object };

describe('@fromContext', () => {
  it('gets a value that another subgraph brings only after the fetch of its parent', async () => {
    const federation = new TestFederation({
      shops: {
        sdl: `
          type Query { shop: Shop }
          type Shop @key(fields: "id") { id: ID! item: Item }
          type Item @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { shop: () => ({ id: 1, item: { id: 2 } }) } },
      },
      prices: {
        sdl: `
          type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String }
          type Item @key(fields: "id") {
            id: ID! price(currency: String @fromContext(field: "$shop { currency }")): String
          }`,
        resolvers: {
          Shop: { ...reference, currency: ({ id }: { id: string }) => `CUR${id}` },
          Item: { ...reference, price: (_: unknown, { currency }: { currency?: string }) => `1 ${currency}` },
        },
      },
    });
    expect(await federation.execute('{ shop { item { price } } }')).toEqual({
      data: { shop: { item: { price: '1 CUR1' } } },
    });
  });

  it('reads the field that it names, whatever the client calls so, and from whichever ancestor sets the context', async () => {
    const federation = new TestFederation({
      all: {
        sdl: `
          type Query { list: [AB!]! }
          union AB = A | B
          type A @key(fields: "id") @context(name: "c") { id: ID! given: String child: Child }
          type B @key(fields: "id") @context(name: "c") { id: ID! given: String child: Child }
          type Child @key(fields: "id") {
            id: ID! seen(given: String @fromContext(field: "$c { given }"), n: Int): String
          }`,
        resolvers: {
          Query: {
            list: () => [
              { __typename: 'A', id: 1, given: 'a', child: { id: 5 } },
              { __typename: 'B', id: 2, given: 'b', child: { id: 5 } },
            ],
          },
          Child: {
            ...reference,
            seen: (_: unknown, { given, n }: { given?: string; n?: number }) => `${given} ${n ?? '-'}`,
          },
        },
      },
    });
    const query = `{ list {
      ... on A { given: id child { seen(n: 1) } }
      ... on B { child { seen(n: 2) x: seen } }
    } }`;
    expect(await federation.execute(query)).toEqual({
      data: {
        list: [{ given: '1', child: { seen: 'a 1' } }, { child: { seen: 'b 2', x: 'b -' } }],
      },
    });
  });
});
