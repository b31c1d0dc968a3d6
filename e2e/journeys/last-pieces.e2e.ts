import { expect, it } from 'vitest';
import { startFederation } from '../src/federation.ts';
import { placeOrder, productInStock, products, tryToPlaceOrder } from '../src/shop.ts';

it('sells exactly 10 of the last 10 pieces to 200 customers who order at once', async () => {
  await using federation = await startFederation();
  const { token } = await federation.signUp('last-pieces');
  const { sku, available } = await productInStock(federation, 11);
  for (let left = available - 10; left > 0; left -= 99) {
    await placeOrder(federation, token, [{ sku, quantity: Math.min(left, 99) }]);
  }

  const attempts = Array.from({ length: 200 }, () =>
    tryToPlaceOrder(federation, token, [{ sku, quantity: 1 }]),
  );
  const outcomes = (await Promise.all(attempts)).map((result) => result.__typename);

  expect(outcomes.filter((outcome) => outcome === 'PlaceOrderSuccess')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 'OutOfStock')).toHaveLength(190);
  expect((await products(federation)).find((product) => product.sku === sku)?.available).toBe(0);
});
