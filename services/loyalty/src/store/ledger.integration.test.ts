import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@tributary/database/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLoyaltyDatabase, placedEvent } from '../testing.ts';
import { readTotalsOf } from './accounts.ts';
import { recordOrderEvents } from './order-events.ts';
import type { LoyaltyTables } from './tables.ts';

describe('the ledger', () => {
  let database: TestDatabase<LoyaltyTables>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it.each([
    ['update', 'update ledger_entry set points = 1000000'],
    ['update without a match', 'update ledger_entry set points = 0 where false'],
    ['delete', 'delete from ledger_entry'],
    ['truncate', 'truncate ledger_entry'],
    ['cascading truncate', 'truncate loyalty_account cascade'],
    [
      'upsert',
      `insert into ledger_entry (user_id, points, reason, order_id, event_id, occurred_at)
       select user_id, 5, reason, order_id, event_id, occurred_at from ledger_entry
       on conflict (event_id) do update set points = excluded.points`,
    ],
  ])('refuses %s and stays as it is', async (_, statement) => {
    const event = placedEvent();
    await recordOrderEvents(database.db, [event]);
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/append-only/);
    expect(await readTotalsOf(database.db, event.userId)).toEqual({ balance: 100, earned: 100 });
  });

  it('keeps an account that has entries', async () => {
    const { userId, ...event } = placedEvent();
    await recordOrderEvents(database.db, [{ ...event, userId }]);
    const deletion = sql`delete from loyalty_account where user_id = ${userId}`.execute(database.db);
    await expect(deletion).rejects.toMatchObject({ code: '23503' });
  });

  it.each([
    ['an order that takes points', { reason: 'ORDER_PLACED', points: -1 }],
    ['a cancellation that gives points', { reason: 'ORDER_CANCELLED', points: 1 }],
    ['a redemption of nothing', { reason: 'REDEMPTION', points: 0, order_id: null, event_id: null }],
    ['a redemption of an order', { reason: 'REDEMPTION', points: -1 }],
    ['an order without an event', { reason: 'ORDER_PLACED', points: 1, event_id: null }],
    ['an unknown reason', { reason: 'GIFT', points: 1 }],
  ])('refuses %s, whoever writes it', async (_, change) => {
    const account = await recordedUser(database);
    const row = { order_id: randomUUID(), event_id: randomUUID(), ...change };
    const insertion = sql`
      insert into ledger_entry (user_id, points, reason, order_id, event_id, occurred_at)
      values (${account}, ${row.points}, ${row.reason}, ${row.order_id}, ${row.event_id}, now())
    `.execute(database.db);
    await expect(insertion).rejects.toMatchObject({ code: '23514' });
  });
});

async function recordedUser({ db }: TestDatabase<LoyaltyTables>): Promise<string> {
  const event = placedEvent();
  await recordOrderEvents(db, [event]);
  return event.userId;
}
