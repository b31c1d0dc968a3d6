import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { waitUntil } from '../src/process.ts';
import { accountOf, cancelOrder, placeOrder, productInStock } from '../src/shop.ts';

let federation: Federation;

beforeAll(async () => {
  federation = await startFederation();
});
afterAll(() => federation?.[Symbol.asyncDispose]());

it('earns points for an order, estimates them at once, and takes them back when it is cancelled', async () => {
  const { token } = await federation.signUp('points');
  const product = await productInStock(federation, 10);
  const order = await placeOrder(federation, token, [{ sku: product.sku, quantity: 2 }]);
  const points = Math.floor(Number(order.total.amount));
  expect(order.pointsEstimate).toBe(points);

  await waitUntil('the points arrive', async () => (await accountOf(federation, token)).points === points);
  await cancelOrder(federation, token, order.id);
  await waitUntil('the points are taken back', async () => (await accountOf(federation, token)).points === 0);
  expect((await accountOf(federation, token)).entries).toEqual([-points, points]);
});

it('places an order once, however often the app sends it', async () => {
  const { token } = await federation.signUp('retry');
  const product = await productInStock(federation, 10);
  const retries = Array.from({ length: 10 }, () =>
    placeOrder(federation, token, [{ sku: product.sku, quantity: 1 }], { idempotencyKey: 'tap-1' }),
  );
  const ids = new Set((await Promise.all(retries)).map((order) => order.id));
  expect(ids.size).toBe(1);
});
