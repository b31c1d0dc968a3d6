import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@tributary/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelledEvent, openLoyaltyDatabase, placedEvent } from '../testing.ts';
import { readTotalsOf } from './accounts.ts';
import { recordOrderEvents } from './order-events.ts';
import { redeem } from './redemptions.ts';
import type { LoyaltyTables } from './tables.ts';

describe('redeem', () => {
  let database: TestDatabase<LoyaltyTables>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  async function userWithPoints(points: number): Promise<string> {
    const event = placedEvent({ amount: `${points}` });
    await recordOrderEvents(database.db, [event]);
    return event.userId;
  }

  it('never overdraws an account, however many calls come at the same time', async () => {
    const userId = await userWithPoints(100);
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => redeem(database.db, userId, { points: 15, idempotencyKey: null })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'redeemed')).toHaveLength(6);
    expect(await readTotalsOf(database.db, userId)).toEqual({ balance: 10, earned: 100 });
  });

  it('never overdraws an account while one of its orders is being cancelled', async () => {
    const placed = placedEvent({ amount: '100' });
    await recordOrderEvents(database.db, [placed, placedEvent({ userId: placed.userId, amount: '50' })]);
    const redeemThirty = () => redeem(database.db, placed.userId, { points: 30, idempotencyKey: null });
    const [first, , second] = await Promise.all([
      redeemThirty(),
      recordOrderEvents(database.db, [cancelledEvent(placed)]),
      redeemThirty(),
    ]);
    const { balance } = await readTotalsOf(database.db, placed.userId);
    const redeemed = [first, second].filter(({ kind }) => kind === 'redeemed').length * 30;
    expect(balance).toBe(50 - redeemed);
  });

  it('redeems once for calls with the same key at the same time, and answers them with one entry', async () => {
    const userId = await userWithPoints(100);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => redeem(database.db, userId, { points: 40, idempotencyKey: 'retry' })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'redeemed')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(9);
    expect(new Set(outcomes.map((outcome) => 'entry' in outcome && outcome.entry.id)).size).toBe(1);
    expect(await readTotalsOf(database.db, userId)).toEqual({ balance: 60, earned: 100 });
  });

  it('lets two users use the same key', async () => {
    const users = [await userWithPoints(10), await userWithPoints(10)];
    for (const userId of users) {
      expect(await redeem(database.db, userId, { points: 10, idempotencyKey: 'same' })).toMatchObject({
        kind: 'redeemed',
        entry: { points: -10, reason: 'REDEMPTION', orderId: null },
      });
    }
  });

  it('tells the balance of an account that holds too little, or has never been seen', async () => {
    const userId = await userWithPoints(9);
    const redemption = { points: 10, idempotencyKey: 'key' };
    expect(await redeem(database.db, userId, redemption)).toEqual({ kind: 'too few points', balance: 9 });
    expect(await redeem(database.db, randomUUID(), redemption)).toEqual({
      kind: 'too few points',
      balance: 0,
    });
  });

  it('does not use a key up when there were too few points', async () => {
    const userId = await userWithPoints(9);
    await redeem(database.db, userId, { points: 10, idempotencyKey: 'key' });
    await recordOrderEvents(database.db, [placedEvent({ userId, amount: '1' })]);
    expect(await redeem(database.db, userId, { points: 10, idempotencyKey: 'key' })).toMatchObject({
      kind: 'redeemed',
    });
  });

  it('leaves a debt when an order is cancelled after its points were redeemed', async () => {
    const placed = placedEvent({ amount: '100' });
    await recordOrderEvents(database.db, [placed]);
    await redeem(database.db, placed.userId, { points: 60, idempotencyKey: null });
    await recordOrderEvents(database.db, [cancelledEvent(placed)]);
    expect(await readTotalsOf(database.db, placed.userId)).toEqual({ balance: -60, earned: 0 });
  });
});
