import type { TestDatabase } from '@tributary/database/testing';
import { demoOrders, demoUserId, MIA } from '@tributary/demo-data';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SeedOptions, seedDemoLedger } from './seed.ts';
import { readTotals, readTotalsOf } from './store/accounts.ts';
import { readHistories } from './store/history.ts';
import { recordOrderEvents } from './store/order-events.ts';
import { readOrderPoints } from './store/order-points.ts';
import type { LoyaltyTables } from './store/tables.ts';
import { cancelledEvent, openLoyaltyDatabase, placedEvent } from './testing.ts';

const SMALL = { users: 100, orders: 1_000 };
const USERS = Array.from({ length: SMALL.users }, (_, index) => demoUserId(index));
const mia = demoUserId(MIA);

describe('seedDemoLedger', () => {
  let database: TestDatabase<LoyaltyTables>;
  beforeEach(async () => {
    database = await openLoyaltyDatabase();
  });
  afterEach(() => database[Symbol.asyncDispose]());

  const seed = (options: Partial<SeedOptions> = {}) =>
    seedDemoLedger({ db: database.db, name: 'small', scale: SMALL, batchSize: 300, ...options });
  const countEntries = async () => {
    const { count } = await database.db
      .selectFrom('ledger_entry')
      .select((expression) => expression.fn.countAll<bigint>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  };

  it('gives each order its points, each cancelled one none, and each user a redemption that is covered', async () => {
    await seed();
    const orders = demoOrders(MIA, SMALL);
    const points = await readOrderPoints(
      database.db,
      orders.map((order) => order.id),
    );
    expect(orders.map((order) => points.get(order.id)?.points)).toEqual(
      orders.map((order) => (order.status === 'CANCELLED' ? 0 : Number(order.totalMinor / 100n))),
    );
    const [history] = await readHistories(database.db, [{ userId: mia, limit: 1, after: null }]);
    expect(history).toMatchObject([{ reason: 'REDEMPTION' }]);
    for (const { balance, earned } of (await readTotals(database.db, USERS)).values()) {
      expect(balance).toBeGreaterThanOrEqual(0);
      expect(balance).toBeLessThanOrEqual(earned);
    }
  });

  it('seeds once, and tells how far it is', async () => {
    const progress: number[] = [];
    expect(await seed({ onProgress: (done) => progress.push(done) })).toBe(true);
    expect(progress.at(-1)).toBe(SMALL.users);
    const entries = await countEntries();
    expect(await seed()).toBe(false);
    expect(await countEntries()).toBe(entries);
  });

  it('seeds once when two replicas start at the same time', async () => {
    expect((await Promise.all([seed(), seed()])).sort()).toEqual([false, true]);
    const orders = USERS.flatMap((_, index) => demoOrders(index, SMALL)).map((order) => order.id);
    expect((await readOrderPoints(database.db, orders)).size).toBe(SMALL.orders);
  });

  it('leaves statistics for the planner, which nothing else gathers in an embedded database', async () => {
    await seed();
    const { rows } = await sql<{ rows: number }>`
      select reltuples::integer as rows from pg_class where relname = 'ledger_entry'
    `.execute(database.db);
    expect(rows).toEqual([{ rows: await countEntries() }]);
  });

  it('leaves nothing behind when it is stopped in the middle, and can then be run again', async () => {
    const stopped = new AbortController();
    const onProgress = () => stopped.abort();
    await expect(seed({ signal: stopped.signal, onProgress })).rejects.toThrow('aborted');
    expect(await countEntries()).toBe(0);
    expect(await seed()).toBe(true);
  });

  it('adds to what real events have written, without counting an order twice', async () => {
    const [first] = demoOrders(MIA, SMALL);
    if (first === undefined) throw new Error('Mia has orders');
    const placed = placedEvent({ orderId: first.id, userId: mia, amount: '77' });
    const other = placedEvent();
    await recordOrderEvents(database.db, [placed, cancelledEvent(placed), other]);
    await seed();
    expect((await readOrderPoints(database.db, [first.id])).get(first.id)?.points).toBe(0);
    expect(await readTotalsOf(database.db, other.userId)).toEqual({ balance: 100, earned: 100 });
  });
});
