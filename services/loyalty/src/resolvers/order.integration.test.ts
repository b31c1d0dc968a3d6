import { randomUUID } from 'node:crypto';
import { countStatements, type TestDatabase } from '@tributary/database/testing';
import { SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineLoyalty } from '../server.ts';
import { recordOrderEvents } from '../store/order-events.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { cancelledEvent, eventsOnDays, openLoyaltyDatabase, placedEvent, readEntities } from '../testing.ts';

describe('Order', () => {
  let database: TestDatabase<LoyaltyTables>;
  let loyalty: ReturnType<typeof defineLoyalty>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
    loyalty = defineLoyalty(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const readEstimate = (amount: string) => {
    const total = { amount, currency: 'EUR' };
    const representation = { __typename: 'Order', id: randomUUID(), total } as const;
    return readEntities(loyalty, SIGNED_OUT, [representation], '... on Order { pointsEstimate }');
  };

  it('has earned nothing known before its event, its points after it, and none once it is cancelled', async () => {
    const placed = placedEvent();
    const readEarned = async () => {
      const order = { __typename: 'Order', id: placed.orderId } as const;
      const answer = await readEntities<{ pointsEarned: number | null }>(
        loyalty,
        signedIn(placed.userId),
        [order],
        '... on Order { pointsEarned }',
      );
      return answer[0]?.pointsEarned;
    };
    expect(await readEarned()).toBeNull();
    await recordOrderEvents(database.db, [placed]);
    expect(await readEarned()).toBe(100);
    await recordOrderEvents(database.db, [cancelledEvent(placed)]);
    expect(await readEarned()).toBe(0);
  });

  it.each([
    ['12.99', 12],
    ['0.00', 0],
    ['99999999999999999999.00', 1_000_000],
  ])('of a total of %s is estimated to earn %i points', async (amount, points) => {
    expect(await readEstimate(amount)).toEqual([{ pointsEstimate: points }]);
  });

  it.each(['-5', 'many', ''])('has no estimate for the total %j, which is bad input', async (amount) => {
    await expect(readEstimate(amount)).rejects.toThrow('BAD_USER_INPUT');
  });

  it('needs one statement for the points and estimates of 5 orders, and one for 50', async () => {
    const statementsFor = async (size: number) => {
      const userId = randomUUID();
      const events = eventsOnDays(userId, size);
      await recordOrderEvents(database.db, events);
      const { result, statements } = await countStatements(database, () =>
        readEntities(
          loyalty,
          signedIn(userId),
          events.map(({ orderId, total }) => ({ __typename: 'Order', id: orderId, total })),
          '... on Order { pointsEarned pointsEstimate }',
        ),
      );
      expect(result).toEqual(events.map((_, day) => ({ pointsEarned: day + 1, pointsEstimate: day + 1 })));
      return statements;
    };
    const few = await statementsFor(5);
    expect(few).toHaveLength(1);
    expect(await statementsFor(50)).toEqual(few);
  });
});
