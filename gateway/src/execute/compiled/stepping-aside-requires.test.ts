import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    type Query { product: Product products: [Product!]! }
    type Product @key(fields: "id") { id: ID! price(in: String!): Float weight: Int size: Size }
    type Size { x: Int y: Int }
  `,
  delivery: `
    type Product @key(fields: "id") {
      id: ID! weight: Int @external price(in: String!): Float @external size: Size @external
      cost: Int @requires(fields: "price(in: \\"EUR\\") weight")
      volume: Int @requires(fields: "size { x }")
    }
    type Size { x: Int @external }
  `,
});

/** One product that needs stepping aside in its last answer only. */
async function answer(source: string, shop: string, delivery: string) {
  const engine = new TestEngine(planner)
    .replies('shop', `{"data":${shop}}`)
    .replies('delivery', `{"data":{"_entities":${delivery}}}`);
  const { result, why } = await engine.execute(source);
  expect(why).toBe('an answer is not what the code reads');
  const [, body = ''] = engine.sent.map((request) => request.slice(request.indexOf('{')));
  return {
    data: result.data,
    requests: engine.sent.length,
    asked: JSON.parse(body).variables.representations,
  };
}

describe('stepping aside from an answer to required fields', () => {
  it('asks nobody again where the plan has renamed one of them', async () => {
    const { data, requests, asked } = await answer(
      '{ product { cost } }',
      '{"product":{"__typename":"Product","id":"1","_tr_rq_0_price":1.5,"weight":2}}',
      '[{"cost":3.0}]',
    );
    expect(asked).toEqual([{ __typename: 'Product', id: '1', price: 1.5, weight: 2 }]);
    expect([data, requests]).toEqual([{ product: { cost: 3 } }, 2]);
  });

  it('nor where they are objects that were cut down', async () => {
    const { data, requests, asked } = await answer(
      '{ product { size { y } volume } }',
      '{"product":{"__typename":"Product","id":"1","size":{"x":1,"y":2}}}',
      '[{"volume":3.0}]',
    );
    expect(asked).toEqual([{ __typename: 'Product', id: '1', size: { x: 1 } }]);
    expect([data, requests]).toEqual([{ product: { size: { y: 2 }, volume: 3 } }, 2]);
  });

  it.each([
    ['escapes', '"a\\u0062\\/"'],
    ['a number', '1.50'],
    ['a large number', '12345678901234567890'],
    ['null', 'null'],
  ])('nor where a key is written with %s', async (_what, id) => {
    const { data, requests } = await answer(
      '{ products { volume } }',
      `{"products":[{"__typename":"Product","id":${id},"size":{"x":1}},{"__typename":"Product","id":${id},"size":{"x":1}}]}`,
      '[{"volume":3.0}]',
    );
    expect([data, requests]).toEqual([{ products: [{ volume: 3 }, { volume: 3 }] }, 2]);
  });
});
