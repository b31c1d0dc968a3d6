import { randomUUID } from 'node:crypto';
import { countStatements, type TestDatabase } from '@tributary/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../domain/order-events.ts';
import { cancelledEvent, openLoyaltyDatabase, placedEvent } from '../testing.ts';
import { readTotals, readTotalsOf } from './accounts.ts';
import { recordOrderEvents } from './order-events.ts';
import type { LoyaltyTables } from './tables.ts';

describe('recordOrderEvents', () => {
  let database: TestDatabase<LoyaltyTables>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const balanceOf = async (userId: string) => (await readTotalsOf(database.db, userId)).balance;
  const record = async (events: readonly OrderEvent[]) =>
    (await recordOrderEvents(database.db, events)).map((result) => result.status);

  it('counts an event once: twice in a batch, and again later', async () => {
    const event = placedEvent();
    expect(await record([event, event])).toEqual(['applied', 'duplicate']);
    expect(await record([event])).toEqual(['duplicate']);
    expect(await balanceOf(event.userId)).toBe(100);
  });

  it('counts an event once when many deliveries of it arrive at the same time', async () => {
    const event = placedEvent();
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => record([event])));
    expect(deliveries.flat().filter((status) => status === 'applied')).toHaveLength(1);
    expect(deliveries.flat().filter((status) => status === 'duplicate')).toHaveLength(19);
    expect(await balanceOf(event.userId)).toBe(100);
  });

  it('comes to zero for a cancelled order, also when the cancellation overtook it', async () => {
    const placed = placedEvent();
    expect(await record([placed])).toEqual(['applied']);
    expect(await record([cancelledEvent(placed)])).toEqual(['applied']);
    expect(await balanceOf(placed.userId)).toBe(0);

    const overtaken = placedEvent();
    expect(await record([cancelledEvent(overtaken)])).toEqual(['applied']);
    expect(await record([overtaken])).toEqual(['applied']);
    expect(await balanceOf(overtaken.userId)).toBe(0);
  });

  it('comes to zero when the two arrive at the same time', async () => {
    const orders = Array.from({ length: 10 }, () => placedEvent());
    await Promise.all(orders.flatMap((placed) => [record([placed]), record([cancelledEvent(placed)])]));
    for (const { userId } of orders) expect(await balanceOf(userId)).toBe(0);
  });

  it('takes points back once when two events cancel an order', async () => {
    const placed = placedEvent();
    await record([placed]);
    const statuses = await Promise.all([record([cancelledEvent(placed)]), record([cancelledEvent(placed)])]);
    expect(statuses.flat().sort()).toEqual(['applied', 'duplicate']);
    expect(await balanceOf(placed.userId)).toBe(0);
  });

  it('lets batches over the same accounts run at the same time in whatever order', async () => {
    const users = Array.from({ length: 10 }, () => randomUUID());
    const batches = Array.from({ length: 20 }, (_, index) => {
      const events = users.map((userId) => placedEvent({ userId }));
      return index % 2 === 0 ? events : events.reverse();
    });
    await Promise.all(batches.map(record));
    expect([...(await readTotals(database.db, users)).values()]).toEqual(
      users.map(() => ({ balance: 2_000, earned: 2_000 })),
    );
  });

  it('rejects what contradicts the ledger and applies the rest of the batch', async () => {
    const placed = placedEvent();
    const stranger = randomUUID();
    await record([placed]);
    expect(await record([{ ...cancelledEvent(placed), userId: stranger }, placedEvent()])).toEqual([
      'rejected',
      'applied',
    ]);
    expect(await balanceOf(placed.userId)).toBe(100);
  });

  it('writes a batch as a whole or, when the database refuses part of it, not at all', async () => {
    const good = placedEvent();
    await expect(record([good, placedEvent({ orderId: 'not a uuid' })])).rejects.toMatchObject({
      code: '22P02',
    });
    expect(await balanceOf(good.userId)).toBe(0);
  });

  it('sends as many statements for 5 events as for 50', async () => {
    const statementsFor = async (size: number) =>
      (await countStatements(database, () => record(Array.from({ length: size }, () => placedEvent()))))
        .statements;
    const few = await statementsFor(5);
    expect(few).toHaveLength(6); // begin, two for the accounts, what is known, the entries, commit
    expect(await statementsFor(50)).toEqual(few);
  });
});
