import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const eventsOfUser = async (userId: string) => {
  const rows = await shop.database.db.selectFrom('outbox').select('event').orderBy('sequence').execute();
  return rows.map(({ event }) => event).filter((event) => event.userId === userId);
};

it('commits an order with its event, and a cancellation with another', async () => {
  const userId = randomUUID();
  const { sku } = await shop.addProduct({ unitPriceMinor: 1230n });
  const orderId = await shop.order([{ sku, quantity: 2 }], userId);
  shop.clock.advance(60_000);
  await shop.commands.changeOrder({ orderId, step: 'cancel', ownerId: null });
  const total = { amount: '24.60', currency: 'EUR' };
  expect(await eventsOfUser(userId)).toMatchObject([
    { type: 'order.placed', orderId, occurredAt: '2026-11-20T09:00:00.000Z', total },
    { type: 'order.cancelled', orderId, occurredAt: '2026-11-20T09:01:00.000Z', total },
  ]);
});

it('writes no event for an order that was refused, nor for a second cancellation', async () => {
  const userId = randomUUID();
  const { sku } = await shop.addProduct({ stock: 1 });
  const orderId = await shop.order([{ sku, quantity: 1 }], userId);
  await shop.commands.placeOrder({ userId, lines: [{ sku, quantity: 1 }], idempotencyKey: null });
  for (let call = 0; call < 2; call++) {
    await shop.commands.changeOrder({ orderId, step: 'cancel', ownerId: null });
  }
  const events = await eventsOfUser(userId);
  expect(events.map(({ type }) => type)).toEqual(['order.placed', 'order.cancelled']);
});

it('takes back the order, its stock and its key when the event cannot be written', async () => {
  const { db } = shop.database;
  const { sku } = await shop.addProduct({ stock: 10 });
  const userId = randomUUID();
  const purchase = { userId, lines: [{ sku, quantity: 1 }], idempotencyKey: 'k' };
  await sql`alter table outbox add constraint broken check (false) not valid`.execute(db);
  await expect(shop.commands.placeOrder(purchase)).rejects.toThrow(/broken/);
  await sql`alter table outbox drop constraint broken`.execute(db);

  expect(await shop.stockOf(sku)).toBe(10);
  expect(await db.selectFrom('customer_order').selectAll().where('user_id', '=', userId).execute()).toEqual(
    [],
  );
  expect(await shop.commands.placeOrder(purchase)).toMatchObject({ kind: 'placed' });
});
