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
