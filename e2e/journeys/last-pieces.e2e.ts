import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { type PlaceOrderResult, placeOrder, productInStock, products, tryToPlaceOrder } from '../src/shop.ts';

it('sells exactly 10 of the last 10 pieces to 200 customers who order at once', async () => {
  await using federation = await startFederation();
  const { token } = await federation.signUp('last-pieces');
  const { sku, available } = await productInStock(federation, 11);
  for (let left = available - 10; left > 0; left -= 99) {
    await placeOrder(federation, token, [{ sku, quantity: Math.min(left, 99) }]);
  }

  const attempts = Array.from({ length: 200 }, () => orderOne(federation, token, sku));
  const outcomes = (await Promise.all(attempts)).map((result) => result.__typename);

  expect(outcomes.filter((outcome) => outcome === 'PlaceOrderSuccess')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 'OutOfStock')).toHaveLength(190);
  expect((await products(federation)).find((product) => product.sku === sku)?.available).toBe(0);
});

/** On a slow machine two hundred at once are too much for a moment, and some are told to come back: they do, with the same key. */
async function orderOne(federation: Federation, token: string, sku: string): Promise<PlaceOrderResult> {
  const options = { idempotencyKey: randomUUID() };
  for (;;) {
    try {
      return await tryToPlaceOrder(federation, token, [{ sku, quantity: 1 }], options);
    } catch (error) {
      if (!/"(SUBGRAPH_)?OVERLOADED"/.test(String(error))) throw error;
      await delay(1_000);
    }
  }
}
