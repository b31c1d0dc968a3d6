import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';
import { testPlanner, texts } from '../testing/test-planner.ts';

describe('a key that a subgraph does not resolve', () => {
  const subgraphs = {
    catalogue: `
      type Query { product: Product }
      type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! weight: Int }`,
    shipping: `
      type Query { parcel: Product }
      type Product @key(fields: "id", resolvable: false) @key(fields: "sku") {
        id: ID! sku: ID! weight: Int @external cost: Int @requires(fields: "weight")
      }`,
  };

  it('is not used to come back into it with what a @requires needs', () => {
    const into = testPlanner(subgraphs)
      .plan('{ parcel { cost } product { cost } }')
      .filter(({ serviceName, requires }) => serviceName === 'shipping' && requires);
    expect(into).toHaveLength(2);
    for (const { requires } of into) {
      expect(JSON.stringify(requires)).toContain('"sku"');
      expect(JSON.stringify(requires)).not.toContain('"id"');
    }
  });

  it('still names the entities that the subgraph hands out', async () => {
    const federation = new TestFederation({
      people: {
        sdl: 'type Query { people: Int } type Person @key(fields: "id") { id: ID! name: String }',
        resolvers: {
          Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `name ${id}` }) },
        },
      },
      books: {
        sdl: `type Query { book: Book } type Book { author: Person }
          extend type Person @key(fields: "id", resolvable: false) { id: ID! @external }`,
        resolvers: { Query: { book: () => ({ author: { id: 4 } }) } },
      },
    });
    expect(await federation.execute('{ book { author { name id } } }')).toEqual({
      data: { book: { author: { name: 'name 4', id: '4' } } },
    });
  });
});

describe('@override with a label', () => {
  const planner = testPlanner({
    old: 'type Query { p: P } type P @key(fields: "id") { id: ID! stock: Int price: Int }',
    new: `type P @key(fields: "id") { id: ID!
      stock: Int @override(from: "old", label: "moved") price: Int @override(from: "old", label: "percent(25)") }`,
  });

  it('tells the labels of the supergraph', () => {
    expect(planner.core.loaded.facts.overrideLabels).toEqual(['moved', 'percent(25)']);
  });

  it.each([
    [[], ['old: {p{stock price}}']],
    [
      ['moved', 'percent(25)', 'unknown'],
      ['old: {p{__typename id}}', expect.stringMatching(/^new: .*stock price/)],
    ],
    [['moved'], ['old: {p{__typename id price}}', expect.stringMatching(/^new: .*P\{stock\}/)]],
  ])('asks the new subgraph when %j are on', (labels, expected) => {
    expect(texts(planner.plan('{ p { stock price } }', labels))).toEqual(expected);
  });
});

it('a field that moves between subgraphs which nothing leads to harms no other', () => {
  const planner = testPlanner({
    old: 'type Query { x: Int } type P @key(fields: "id") { id: ID! stock: Int }',
    new: `type P @key(fields: "id", resolvable: false) { id: ID!
      stock: Int @override(from: "old", label: "percent(25)") }`,
  });
  expect(texts(planner.plan('{ x }'))).toEqual(['old: {x}']);
});
