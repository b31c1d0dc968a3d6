import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';
import type { PlaceOrderOutcome } from './place-order.ts';
import { findLines } from './read-orders.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const place = (
  lines: readonly (readonly [string, number])[],
  userId = randomUUID(),
  key: string | null = null,
) =>
  shop.commands.placeOrder({
    userId,
    lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
    idempotencyKey: key,
  });

const kinds = (outcomes: readonly PlaceOrderOutcome[]) => {
  const counts = new Map<string, number>();
  for (const { kind } of outcomes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries(counts);
};

const orderCount = async (userId: string) => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from customer_order where user_id = ${userId}
  `.execute(shop.database.db);
  return rows[0]?.count;
};

describe('stock', () => {
  it('sells exactly ten of the last ten pieces to 200 concurrent orders', async () => {
    const { sku } = await shop.addProduct({ stock: 10 });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => place([[sku, 1]])));
    expect(kinds(outcomes)).toEqual({ placed: 10, 'out-of-stock': 190 });
    expect(await shop.stockOf(sku)).toBe(0);
  });

  it('takes all lines or none', async () => {
    const plenty = await shop.addProduct({ stock: 10 });
    const scarce = await shop.addProduct({ stock: 1 });
    const userId = randomUUID();
    expect(
      await place(
        [
          [plenty.sku, 3],
          [scarce.sku, 2],
        ],
        userId,
      ),
    ).toEqual({ kind: 'out-of-stock', sku: scarce.sku, available: 1 });
    expect(await shop.stockOf(plenty.sku)).toBe(10);
    expect(await orderCount(userId)).toBe(0);
  });

  it('never deadlocks orders that name the same products in different orders', async () => {
    const products = await Promise.all(Array.from({ length: 6 }, () => shop.addProduct({ stock: 1000 })));
    const skus = products.map(({ sku }) => sku);
    const orders = Array.from({ length: 60 }, (_, index) => {
      const rotated = [...skus.slice(index % 6), ...skus.slice(0, index % 6)];
      return place((index % 2 ? rotated : rotated.toReversed()).map((sku) => [sku, 1] as const));
    });
    expect(kinds(await Promise.all(orders))).toEqual({ placed: 60 });
    expect(await Promise.all(skus.map(shop.stockOf))).toEqual(Array(6).fill(940));
  });
});

describe('prices', () => {
  it('are copied: a later change of the product leaves the order alone', async () => {
    const { sku } = await shop.addProduct({ title: 'Kettle', unitPriceMinor: 1999n });
    const id = await shop.order([{ sku, quantity: 3 }]);
    await shop.database.db
      .updateTable('product')
      .set({ title: 'Dearer kettle', unit_price_minor: 2999n })
      .where('sku', '=', sku)
      .execute();
    const unitPrice = { amountMinor: 1999n, currency: 'EUR' };
    expect((await findLines(shop.database.db, [id])).get(id)).toEqual([
      { sku, title: 'Kettle', quantity: 3, unitPrice },
    ]);
  });
});

describe('an order', () => {
  it('gets a number of its own that people can read out', async () => {
    const { sku } = await shop.addProduct();
    const outcomes = await Promise.all([place([[sku, 1]]), place([[sku, 1]])]);
    const numbers = outcomes.map((outcome) => (outcome.kind === 'placed' ? outcome.order.number : null));
    expect(new Set(numbers).size).toBe(2);
    for (const number of numbers) expect(number).toMatch(/^T-\d{9}$/);
  });

  it('is refused for a product that is not in the catalogue', async () => {
    expect(await place([['NO-SUCH-SKU', 1]])).toMatchObject({ kind: 'invalid', field: 'lines' });
  });
});

describe('an idempotency key', () => {
  it('makes one order, however often the same request is sent at the same time', async () => {
    const { sku } = await shop.addProduct({ stock: 10 });
    const userId = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => place([[sku, 2]], userId, 'once')));
    const ids = outcomes.map((outcome) => (outcome.kind === 'placed' ? outcome.order.id : outcome.kind));
    expect(new Set(ids).size).toBe(1);
    expect(await orderCount(userId)).toBe(1);
    expect(await shop.stockOf(sku)).toBe(8);
  });

  it('gives the last piece to the one request that was sent twice, and tells both', async () => {
    const { sku } = await shop.addProduct({ stock: 1 });
    const userId = randomUUID();
    const outcomes = await Promise.all([place([[sku, 1]], userId, 'k'), place([[sku, 1]], userId, 'k')]);
    expect(kinds(outcomes)).toEqual({ placed: 2 });
  });

  it('is refused for other lines, and then nothing is ordered', async () => {
    const { sku } = await shop.addProduct({ stock: 10 });
    const userId = randomUUID();
    await place([[sku, 1]], userId, 'k');
    expect(await place([[sku, 2]], userId, 'k')).toMatchObject({ kind: 'invalid', field: 'idempotencyKey' });
    expect(await shop.stockOf(sku)).toBe(9);
  });

  it('belongs to its user: another one may have the same', async () => {
    const { sku } = await shop.addProduct();
    expect(
      kinds([await place([[sku, 1]], randomUUID(), 'k'), await place([[sku, 2]], randomUUID(), 'k')]),
    ).toEqual({ placed: 2 });
  });

  it('is free again after an order that was refused', async () => {
    const { sku } = await shop.addProduct({ stock: 0 });
    const userId = randomUUID();
    expect(await place([[sku, 1]], userId, 'k')).toMatchObject({ kind: 'out-of-stock' });
    await shop.database.db.updateTable('product').set({ stock: 5 }).where('sku', '=', sku).execute();
    expect(await place([[sku, 1]], userId, 'k')).toMatchObject({ kind: 'placed' });
  });

  it('answers with the order as it is now', async () => {
    const { sku } = await shop.addProduct();
    const userId = randomUUID();
    const first = await place([[sku, 1]], userId, 'k');
    if (first.kind !== 'placed') throw new Error('The first order was refused');
    await shop.commands.changeOrder({ orderId: first.order.id, step: 'cancel', ownerId: userId });
    expect(await place([[sku, 1]], userId, 'k')).toMatchObject({ order: { status: 'CANCELLED' } });
  });

  it('is remembered for seven days', async () => {
    const { sku } = await shop.addProduct();
    const userId = randomUUID();
    const first = await place([[sku, 1]], userId, 'k');
    await ageKeys(userId, '6 days 23 hours');
    await place([[sku, 1]], randomUUID(), 'another');
    expect(await place([[sku, 1]], userId, 'k')).toEqual(first);
  });

  it('is forgotten later, a few with each new one', async () => {
    const { sku } = await shop.addProduct();
    const userId = randomUUID();
    for (const key of ['a', 'b', 'c']) await place([[sku, 1]], userId, key);
    await ageKeys(userId, '7 days 1 hour');
    await place([[sku, 1]], randomUUID(), 'k');
    expect(await keyCount(userId)).toBe(1);
    await place([[sku, 1]], randomUUID(), 'k');
    expect(await keyCount(userId)).toBe(0);
  });
});

const ageKeys = (userId: string, age: string) =>
  sql`update idempotency_key set created_at = now() - ${age}::interval where user_id = ${userId}`.execute(
    shop.database.db,
  );

const keyCount = async (userId: string) => {
  const keys = shop.database.db.selectFrom('idempotency_key').selectAll().where('user_id', '=', userId);
  return (await keys.execute()).length;
};
