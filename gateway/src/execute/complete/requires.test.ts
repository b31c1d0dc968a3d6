import { expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

it('sends nested objects and lists of lists in a representation, nulls and all', async () => {
  const subject = new TestFederation({
    a: {
      sdl: `
        type Query { t: T }
        type T @key(fields: "id sub { key }") { id: ID! sub: Sub @shareable grid: [[Cell]] }
        type Sub { key: ID! @shareable other: Int }
        type Cell { x: Int y: Int }
      `,
      resolvers: {
        Query: {
          t: () => ({ id: '1', sub: { key: 'k', other: 1 }, grid: [[{ x: 1, y: 2 }, null], null, []] }),
        },
      },
    },
    b: {
      sdl: `
        type T @key(fields: "id sub { key }") {
          id: ID!
          sub: Sub @shareable
          grid: [[Cell]] @external
          text: String @requires(fields: "grid { x }")
        }
        type Sub { key: ID! @shareable }
        type Cell { x: Int @external }
      `,
      resolvers: { T: { text: (reference: object) => JSON.stringify(reference) } },
    },
  });
  const { data, errors } = await subject.execute('{ t { text } }');
  expect(errors).toBeUndefined();
  const { text } = (data as { readonly t: { readonly text: string } }).t;
  expect(JSON.parse(text)).toEqual({
    __typename: 'T',
    id: '1',
    sub: { key: 'k' },
    grid: [[{ x: 1 }, null], null, []],
  });
});

it('follows requirements from subgraph to subgraph and back', async () => {
  const subject = new TestFederation({
    a: {
      sdl: `
        type Query { t: T }
        type T @key(fields: "id") { id: ID! one: Int three: Int @requires(fields: "two") two: Int @external }
      `,
      resolvers: {
        Query: { t: () => ({ id: '1', one: 1 }) },
        T: { three: ({ two }: { two: number }) => two + 1, one: () => 1 },
      },
    },
    b: {
      sdl: `
        type T @key(fields: "id") {
          id: ID! one: Int @external two: Int @requires(fields: "one") three: Int @external four: Int @requires(fields: "three")
        }
      `,
      resolvers: {
        T: {
          two: ({ one }: { one: number }) => one + 1,
          four: ({ three }: { three: number }) => three + 1,
        },
      },
    },
  });
  expect(await subject.execute('{ t { four } }')).toEqual({ data: { t: { four: 4 } } });
});

it('keeps what a client calls by the name of a key or a required field apart from it', async () => {
  const subject = new TestFederation({
    a: {
      sdl: `
        type Query { t: T }
        type T @key(fields: "id") { id: ID! name: String price(currency: String = "EUR"): Int }
      `,
      resolvers: {
        Query: { t: () => ({ id: '1' }) },
        T: {
          __resolveReference: (reference: object) => reference,
          name: () => 'Name',
          price: (_: unknown, { currency }: { currency: string }) => (currency === 'EUR' ? 1 : 2),
        },
      },
    },
    b: {
      sdl: `
        type T @key(fields: "id") {
          id: ID!
          price(currency: String = "EUR"): Int @external
          dear: Boolean @requires(fields: "price(currency: \\"USD\\")")
          seen: ID
        }
      `,
      resolvers: {
        T: { dear: ({ price }: { price: number }) => price === 2, seen: ({ id }: { id: string }) => id },
      },
    },
  });
  expect(
    await subject.execute('{ t { id: name price(currency: "EUR") dear seen __typename: name } }'),
  ).toEqual({
    data: { t: { id: 'Name', price: 1, dear: true, seen: '1', __typename: 'Name' } },
  });
});
