import { TributaryError } from '@tributary/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../testing/compose.ts';
import { type Reply, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    type Query { me: User top: Product }
    type User @key(fields: "id") { id: ID! }
    type Product @key(fields: "sku") { sku: ID! }
  `,
  ads: `
    type Product @key(fields: "sku") { sku: ID! advertiser: User }
    type User @key(fields: "id") { id: ID! }
  `,
  crm: 'type User @key(fields: "id") { id: ID! manager: User }',
  orders: 'type User @key(fields: "id") { id: ID! orders: Int }',
});

const SOURCE = '{ top { advertiser { orders } } me { manager { orders } } }';
const SHOP = '{"data":{"top":{"__typename":"Product","sku":"t"},"me":{"__typename":"User","id":"1"}}}';
const ADS = '{"data":{"_entities":[{"advertiser":{"__typename":"User","id":"2"}}]}}';
const CRM = '{"data":{"_entities":[{"manager":{"__typename":"User","id":"3"}}]}}';
const ANSWER = '{"data":{"top":{"advertiser":{"orders":20}},"me":{"manager":{"orders":30}}}}';

/** All promises that need no time. */
const settled = () => new Promise(setImmediate);
const toOrders = ({ sent }: TestEngine) => sent.filter((request) => request.startsWith('orders'));

describe('two fetches that can travel together', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  function start(...orders: Reply[]) {
    const ads = Promise.withResolvers<Reply>();
    const engine = new TestEngine(planner)
      .replies('shop', SHOP)
      .replies('crm', CRM)
      .replies('ads', ads.promise)
      .replies('orders', ...orders);
    return { engine, ads, answer: engine.execute(SOURCE) };
  }

  it('do, where the second is ready within five milliseconds', async () => {
    const { engine, ads, answer } = start('{"data":{"_2":[{"orders":20}],"_4":[{"orders":30}]}}');
    await settled();
    vi.advanceTimersByTime(4);
    await settled();
    expect(toOrders(engine)).toEqual([]);
    ads.resolve(ADS);
    expect(await answer).toMatchObject({ text: ANSWER, why: undefined });
    expect(toOrders(engine)).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('do not wait for each other longer than that, nor the second for the one that has left', async () => {
    const { engine, ads, answer } = start(
      '{"data":{"_entities":[{"orders":30}]}}',
      '{"data":{"_entities":[{"orders":20}]}}',
    );
    await settled();
    vi.advanceTimersByTime(5);
    await settled();
    expect(toOrders(engine)).toEqual([
      expect.stringContaining('"representations":[{"__typename":"User","id":"3"}]'),
    ]);
    ads.resolve(ADS);
    expect(await answer).toMatchObject({ text: ANSWER, why: undefined });
    expect(toOrders(engine)).toHaveLength(2);
  });

  it('go at once where the answer that one of them waits for has failed', async () => {
    const { engine, ads, answer } = start('{"data":{"_entities":[{"orders":30}]}}');
    await settled();
    ads.resolve(new TributaryError('SUBGRAPH_TIMEOUT', 'Too slow'));
    const { result, why } = await answer;
    expect(why).toBeUndefined();
    expect(result.data).toEqual({ top: { advertiser: null }, me: { manager: { orders: 30 } } });
    expect(vi.getTimerCount()).toBe(0);
    expect(toOrders(engine)).toHaveLength(1);
  });
});
