import { expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { ownBody, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    type Query { me: User }
    type User @key(fields: "id") { id: ID! name: String }
  `,
  stock: 'type User @key(fields: "id") { id: ID! orders: Int }',
});

const QUERY = '{ me { name orders } }';
const SHOP = '{"data":{"me":{"__typename":"User","id":"1","name":"Ä"}}}';

it('frees what the subgraphs have answered when the answer is made', async () => {
  const [shop, stock] = [ownBody(SHOP), ownBody('{"data":{"_entities":[{"orders":1}]}}')];
  const engine = new TestEngine(planner).replies('shop', shop).replies('stock', stock);
  const { result, why } = await engine.execute(QUERY);
  expect(result).toEqual({ data: { me: { name: 'Ä', orders: 1 } } });
  expect([why, shop.body.length, stock.body.length]).toEqual([undefined, 0, 0]);
});

it('leaves what is not its own, and what the complete executor reads again', async () => {
  const own = ownBody(SHOP);
  const shared = { ...ownBody(SHOP), ownsBody: false };
  for (const shop of [own, shared]) {
    const stock = '{"data":{"_entities":[{"orders":"one"}]}}';
    const engine = new TestEngine(planner).replies('shop', shop).replies('stock', stock);
    const { result, why } = await engine.execute(QUERY);
    expect(result.data).toEqual({ me: { name: 'Ä', orders: null } });
    expect([why, shop.body.length]).toEqual(['an answer is not what the code reads', SHOP.length + 1]);
  }
  const engine = new TestEngine(planner)
    .replies('shop', shared)
    .replies('stock', '{"data":{"_entities":[null]}}');
  await engine.execute(QUERY);
  expect(shared.body.toString()).toBe(SHOP);
});
