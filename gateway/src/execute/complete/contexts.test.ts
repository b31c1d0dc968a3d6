import { expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

const federation = () =>
  new TestFederation({
    shops: {
      sdl: `
        type Query { shops: [Shop!]! }
        type Shop @key(fields: "id") { id: ID! currency: String! shelves: [[Shelf!]!]! }
        type Shelf @key(fields: "id") { id: ID! label: String }
      `,
      resolvers: {
        Query: {
          shops: () => [
            { id: '1', currency: 'EUR', shelves: [[{ id: 'a' }, { id: 'b' }], [{ id: 'a' }]] },
            { id: '2', currency: 'USD', shelves: [[{ id: 'a' }]] },
          ],
        },
      },
    },
    prices: {
      sdl: `
        type Query { unused: Int }
        type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! @external }
        type Shelf @key(fields: "id") {
          id: ID!
          price(currency: String @fromContext(field: "$shop { currency }")): String!
          tag: Tag
        }
        type Tag { text: String }
      `,
      resolvers: {
        Shelf: {
          price: ({ id }: { id: string }, { currency }: { currency: string }) => `${id} ${currency}`,
          tag: () => ({ text: 'x' }),
        },
      },
    },
  });

it('gives each entity the value of the object around it, equal entities too', async () => {
  const subject = federation();
  const result = await subject.execute('{ shops { shelves { id price tag { text } } } }');
  const shelf = (id: string, price: string) => ({ id, price, tag: { text: 'x' } });
  expect(result).toEqual({
    data: {
      shops: [
        { shelves: [[shelf('a', 'a EUR'), shelf('b', 'b EUR')], [shelf('a', 'a EUR')]] },
        { shelves: [[shelf('a', 'a USD')]] },
      ],
    },
  });
  const asked = subject.sent.filter(({ variables }) => variables.representations !== undefined);
  expect(asked.map(({ variables }) => (variables.representations as unknown[]).length)).toEqual([2, 1]);
});

it('asks for nothing that depends on a value which never came, and says why it did not come', async () => {
  const subject = new TestFederation({
    shops: {
      sdl: `
        type Query { shop: Shop }
        type Shop @key(fields: "id") { id: ID! shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! }
      `,
      resolvers: { Query: { shop: () => ({ id: '1', shelf: { id: 'a' } }) } },
    },
    rates: {
      sdl: 'type Shop @key(fields: "id") { id: ID! currency: String }',
      resolvers: {
        Shop: {
          __resolveReference: () => {
            throw new Error('no rates today');
          },
        },
      },
    },
    prices: {
      sdl: `
        type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String @external }
        type Shelf @key(fields: "id") {
          id: ID! price(currency: String @fromContext(field: "$shop { currency }")): String
        }
      `,
      resolvers: { Shelf: { price: () => 'a price in no currency' } },
    },
  });
  const result = await subject.execute('{ shop { shelf { price } } }');
  expect(result.data).toEqual({ shop: { shelf: { price: null } } });
  expect(result.errors?.map(({ message, path }) => [message, path])).toEqual([
    ['no rates today', ['shop']],
    ['no rates today', ['shop', 'shelf', 'price']],
  ]);
  expect(subject.sent.map(({ subgraph }) => subgraph)).toEqual(['shops', 'rates']);
});

it('asks for the rest where what would read a value is left out, and the value with it', async () => {
  const subject = new TestFederation({
    shops: {
      sdl: `
        type Query { shop: Shop }
        type Shop @key(fields: "id") { id: ID! shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! }
      `,
      resolvers: { Query: { shop: () => ({ id: '1', shelf: { id: 'a' } }) } },
    },
    rates: {
      sdl: 'type Shop @key(fields: "id") { id: ID! currency: String }',
      resolvers: { Shop: { currency: () => 'EUR' } },
    },
    prices: {
      sdl: `
        type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String @external offer: Offer! }
        type Offer @key(fields: "id") {
          id: ID!
          text: String
          inner: Offer!
          price(currency: String @fromContext(field: "$shop { currency }")): String
        }
      `,
      resolvers: {
        Shop: { offer: () => ({ id: 'o', text: 'cheap', inner: { id: 'i' } }) },
        Offer: {
          price: (_: unknown, { currency }: { currency: string }) => `1 ${currency}`,
        },
      },
    },
  });
  const query = `query ($on: Boolean!) {
    shop { offer { text inner { price @include(if: $on) } ... @include(if: $on) { price } } }
  }`;
  expect(await subject.execute(query, { on: false })).toEqual({
    data: { shop: { offer: { text: 'cheap', inner: {} } } },
  });
  expect(await subject.execute(query, { on: true })).toEqual({
    data: { shop: { offer: { text: 'cheap', inner: { price: '1 EUR' }, price: '1 EUR' } } },
  });
});
