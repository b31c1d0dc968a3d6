import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';
import { listDeadLetters, replayDeadLetters } from './dead-letters.ts';
import { leaseEvents, readOutboxState, type Settlement, settleEvents } from './outbox.ts';

const LEASE_MS = 30_000;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.database.db.deleteFrom('outbox').execute();
  await shop.database.db.deleteFrom('dead_letter').execute();
});

const lease = (limit = 100) =>
  leaseEvents(shop.database.db, { limit, now: shop.clock.now(), leaseMs: LEASE_MS });

const settle = (leaseId: string, settlement: Partial<Settlement>) =>
  settleEvents(
    shop.database.db,
    leaseId,
    { delivered: [], retry: [], dead: [], ...settlement },
    shop.clock.now(),
  );

async function newOrders(count: number): Promise<readonly string[]> {
  const { sku } = await shop.addProduct({ stock: count });
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await shop.order([{ sku, quantity: 1 }]));
  return ids;
}

describe('a lease', () => {
  it('takes the oldest events first, and no more than asked for', async () => {
    const ids = await newOrders(3);
    const { events } = await lease(2);
    expect(events.map(({ event }) => event.orderId)).toEqual(ids.slice(0, 2));
  });

  it('keeps events from others until it runs out', async () => {
    await newOrders(1);
    await lease();
    expect((await lease()).events).toEqual([]);
    shop.clock.advance(LEASE_MS - 1);
    expect((await lease()).events).toEqual([]);
    shop.clock.advance(1);
    expect((await lease()).events).toMatchObject([{ attempts: 2 }]);
  });

  it('never holds two events of one order, nor a later one before the earlier is settled', async () => {
    const [orderId = ''] = await newOrders(1);
    await shop.commands.changeOrder({ orderId, step: 'cancel', ownerId: null });
    const first = await lease();
    expect(first.events.map(({ event }) => event.type)).toEqual(['order.placed']);
    expect((await lease()).events).toEqual([]);

    await settle(first.id, { delivered: first.events.map(({ sequence }) => sequence) });
    expect((await lease()).events.map(({ event }) => event.type)).toEqual(['order.cancelled']);
  });

  it('shares events out among workers that ask at once', async () => {
    const ids = await newOrders(20);
    const leases = await Promise.all(Array.from({ length: 8 }, () => lease(5)));
    const leased = leases.flatMap(({ events }) => events.map(({ event }) => event.orderId));
    // A row that another worker is just locking is skipped, so some may be left; none is given out twice.
    expect(new Set(leased).size).toBe(leased.length);
    leased.push(...(await lease()).events.map(({ event }) => event.orderId));
    expect(leased.toSorted()).toEqual(ids.toSorted());
  });
});

describe('settling', () => {
  it('forgets what was delivered', async () => {
    await newOrders(1);
    const { id, events } = await lease();
    await settle(id, { delivered: events.map(({ sequence }) => sequence) });
    expect(await readOutboxState(shop.database.db)).toEqual({ pending: 0, oldestAt: null, deadLetters: 0 });
  });

  it('offers what is to be sent again when its time has come', async () => {
    await newOrders(1);
    const { id, events } = await lease();
    const dueAt = new Date(shop.clock.now().getTime() + 5_000);
    await settle(id, { retry: events.map(({ sequence }) => ({ sequence, dueAt })) });
    shop.clock.advance(4_999);
    expect((await lease()).events).toEqual([]);
    shop.clock.advance(1);
    expect((await lease()).events).toMatchObject([{ attempts: 2 }]);
  });

  it('does nothing for a worker whose lease ran out and whose events are in other hands', async () => {
    await newOrders(1);
    const late = await lease();
    shop.clock.advance(LEASE_MS);
    const current = await lease();
    const [sequence = 0n] = late.events.map((event) => event.sequence);
    await settle(late.id, { delivered: [sequence] });
    await settle(late.id, { retry: [{ sequence, dueAt: shop.clock.now() }] });
    await settle(late.id, { dead: [{ sequence, reason: 'late' }] });
    expect((await lease()).events).toEqual([]);
    expect(await readOutboxState(shop.database.db)).toMatchObject({ pending: 1, deadLetters: 0 });

    await settle(current.id, { delivered: [sequence] });
    expect(await readOutboxState(shop.database.db)).toMatchObject({ pending: 0 });
  });

  it('keeps dead letters with their reason, and lets later events of the order pass', async () => {
    const [orderId = ''] = await newOrders(1);
    await shop.commands.changeOrder({ orderId, step: 'cancel', ownerId: null });
    const { id, events } = await lease();
    await settle(id, { dead: events.map(({ sequence }) => ({ sequence, reason: 'rejected: no' })) });
    expect(await listDeadLetters(shop.database.db, 10)).toEqual([
      {
        event: expect.objectContaining({ orderId, type: 'order.placed' }),
        attempts: 1,
        reason: 'rejected: no',
        diedAt: shop.clock.now(),
      },
    ]);
    expect((await lease()).events).toMatchObject([{ event: { type: 'order.cancelled' } }]);
  });
});

describe('a replay', () => {
  const bury = async (count: number) => {
    await newOrders(count);
    const { id, events } = await lease();
    await settle(id, { dead: events.map(({ sequence }) => ({ sequence, reason: 'no' })) });
    return events.map(({ event }) => event);
  };

  it('puts all dead letters back, with all attempts ahead of them', async () => {
    const events = await bury(3);
    expect(await replayDeadLetters(shop.database.db, 'all', shop.clock.now())).toBe(3);
    const again = await lease();
    expect(again.events.map(({ event, attempts }) => [event, attempts])).toEqual(
      events.map((event) => [event, 1]),
    );
    expect(await listDeadLetters(shop.database.db, 10)).toEqual([]);
  });

  it('puts back those that are named, and once even when asked twice at the same time', async () => {
    const [wanted, other] = await bury(2);
    const ids = [wanted?.id ?? '', crypto.randomUUID()];
    const counts = await Promise.all(
      [1, 2].map(() => replayDeadLetters(shop.database.db, ids, shop.clock.now())),
    );
    expect(counts.toSorted()).toEqual([0, 1]);
    expect((await listDeadLetters(shop.database.db, 10)).map(({ event }) => event.id)).toEqual([other?.id]);
  });
});
