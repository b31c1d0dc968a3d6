import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderStep } from '../domain/order-status.ts';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const change = (orderId: string, step: OrderStep, ownerId: string | null = null) =>
  shop.commands.changeOrder({ orderId, step, ownerId });

async function newOrder(userId = randomUUID()) {
  const { sku } = await shop.addProduct({ stock: 10 });
  return { sku, userId, id: await shop.order([{ sku, quantity: 4 }], userId) };
}

describe('cancelling', () => {
  it('returns the stock', async () => {
    const { id, sku } = await newOrder();
    expect(await shop.stockOf(sku)).toBe(6);
    expect(await change(id, 'cancel')).toMatchObject({
      kind: 'changed',
      order: { status: 'CANCELLED', cancelledAt: shop.clock.now() },
    });
    expect(await shop.stockOf(sku)).toBe(10);
  });

  it('returns the stock once to twenty concurrent calls, which all succeed', async () => {
    const { id, sku } = await newOrder();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => change(id, 'cancel')));
    const changed = outcomes.filter(({ kind }) => kind === 'changed');
    const unchanged = outcomes.filter(({ kind }) => kind === 'unchanged');
    expect([changed.length, unchanged.length]).toEqual([1, 19]);
    expect(await shop.stockOf(sku)).toBe(10);
  });

  it('keeps the time of the first cancellation', async () => {
    const { id } = await newOrder();
    const cancelledAt = shop.clock.now();
    await change(id, 'cancel');
    shop.clock.advance(1_000);
    expect(await change(id, 'cancel')).toMatchObject({ kind: 'unchanged', order: { cancelledAt } });
  });

  it('is impossible once the order is on its way, and then no stock moves', async () => {
    const { id, sku } = await newOrder();
    await change(id, 'pay');
    await change(id, 'ship');
    expect(await change(id, 'cancel')).toEqual({ kind: 'impossible', status: 'SHIPPED' });
    expect(await shop.stockOf(sku)).toBe(6);
  });

  it('lets either shipping or cancelling happen when both are asked for at once', async () => {
    const { id } = await newOrder();
    await change(id, 'pay');
    const outcomes = await Promise.all([change(id, 'ship'), change(id, 'cancel')]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'impossible']);
  });

  it('does not find the order of somebody else', async () => {
    const { id, userId } = await newOrder();
    expect(await change(id, 'cancel', randomUUID())).toEqual({ kind: 'not-found' });
    expect(await change(id, 'cancel', userId)).toMatchObject({ kind: 'changed' });
  });

  it('does not find an order that does not exist', async () => {
    expect(await change(randomUUID(), 'cancel')).toEqual({ kind: 'not-found' });
  });

  it('leaves cancelling and ordering of the same products free of deadlocks', async () => {
    const products = await Promise.all([shop.addProduct({ stock: 500 }), shop.addProduct({ stock: 500 })]);
    const lines = products.map(({ sku }) => ({ sku, quantity: 1 }));
    const ids = await Promise.all(Array.from({ length: 20 }, () => shop.order(lines)));
    await Promise.all(ids.flatMap((id) => [change(id, 'cancel'), shop.order(lines.toReversed())]));
    expect(await Promise.all(products.map(({ sku }) => shop.stockOf(sku)))).toEqual([480, 480]);
  });
});

it('moves an order through all of its life, one step after the other', async () => {
  const { id } = await newOrder();
  expect(await change(id, 'ship')).toEqual({ kind: 'impossible', status: 'PLACED' });
  for (const [step, status] of [
    ['pay', 'PAID'],
    ['ship', 'SHIPPED'],
    ['deliver', 'DELIVERED'],
  ] as const) {
    expect(await change(id, step)).toMatchObject({ kind: 'changed', order: { status } });
  }
  expect(await change(id, 'cancel')).toEqual({ kind: 'impossible', status: 'DELIVERED' });
});
