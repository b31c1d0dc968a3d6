import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    type Query { me: User top: Product cheap: Product }
    type User @key(fields: "id") { id: ID! }
    type Product @key(fields: "sku") { sku: ID! }
  `,
  stock: `
    type Product @key(fields: "sku") { sku: ID! stock: Int left: Int! }
    type User @key(fields: "id") { id: ID! orders: Int }
  `,
});

const SHOP = '{"data":{"me":{"__typename":"User","id":"1"},"top":{"__typename":"Product","sku":"t"}}}';

async function answer(stock: string) {
  const engine = new TestEngine(planner).replies('shop', SHOP).replies('stock', stock);
  const { result, why } = await engine.execute('{ me { orders } top { stock } }');
  expect(engine.sent).toHaveLength(2);
  expect(why).toBe('an answer is not what the code reads');
  return result;
}

describe('an answer to several fetches at once that is not as expected', () => {
  it('gives each of them its own part', async () => {
    expect(await answer('{"data":{"_2":[{"stock":2}],"_1":[{"orders":1}]}}')).toEqual({
      data: { me: { orders: 1 }, top: { stock: 2 } },
    });
  });

  it('gives each of them its own errors, at the places that they asked for', async () => {
    const { data, errors } = await answer(
      '{"errors":[{"message":"a","path":["_1",0,"orders"]},{"message":"b","path":["_2",0,"stock"]}],"data":{"_1":[{"orders":null}],"_2":[{"stock":null}]}}',
    );
    expect(data).toEqual({ me: { orders: null }, top: { stock: null } });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['a', ['me', 'orders']],
      ['b', ['top', 'stock']],
    ]);
  });

  it('harms only the one whose part it is where one has failed', async () => {
    const { data, errors } = await answer(
      '{"errors":[{"message":"m","path":["_2"]}],"data":{"_1":[{"orders":1}],"_2":null}}',
    );
    expect(data).toEqual({ me: { orders: 1 }, top: { stock: null } });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['m', ['top', 'stock']]]);
  });

  it('gives the reason to each of them where one has made all data null', async () => {
    const { data, errors } = await answer('{"errors":[{"message":"m","path":["_2"]}],"data":null}');
    expect(data).toEqual({ me: { orders: null }, top: { stock: null } });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['m', ['me', 'orders']],
      ['m', ['top', 'stock']],
    ]);
  });

  it('is an error of all where it has no data', async () => {
    const { data, errors } = await answer('{"errors":[{"message":"down"}],"data":null}');
    expect(data).toEqual({ me: { orders: null }, top: { stock: null } });
    expect(new Set(errors?.map(({ message }) => message))).toEqual(new Set(['down']));
  });

  it('is not taken for another where the parts are in another order', async () => {
    const products = ['top', 'cheap'].map((name) => `"${name}":{"__typename":"Product","sku":"${name}"}`);
    const engine = new TestEngine(planner)
      .replies('shop', `{"data":{${products}}}`)
      .replies('stock', '{"data":{"_2":[{"stock":2}],"_1":[{"stock":1}]}}');
    const { result } = await engine.execute('{ top { stock } cheap { stock } }');
    expect(result).toEqual({ data: { top: { stock: 1 }, cheap: { stock: 2 } } });
    expect(engine.sent).toHaveLength(2);
  });

  it.each([
    ['does not end as it began', '{"data":{"_1":[{"orders":1}],"_2":[{"stock":2}]]}'],
    ['lacks a part', '{"data":{"_1":[{"orders":1}]}'],
  ])('is an error of all where it %s', async (_what, body) => {
    const { data, errors } = await answer(body);
    expect(data).toEqual({ me: { orders: null }, top: { stock: null } });
    expect(errors).toHaveLength(2);
  });
});
