import { randomUUID } from 'node:crypto';
import { countStatements, type TestDatabase } from '@tributary/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOnDays, openLoyaltyDatabase, placedEvent } from '../testing.ts';
import { type HistoryPage, readHistories } from './history.ts';
import { recordOrderEvents } from './order-events.ts';
import type { LoyaltyTables } from './tables.ts';

describe('readHistories', () => {
  let database: TestDatabase<LoyaltyTables>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('reads pages of many accounts, each with a size and mark of its own, in one statement', async () => {
    const [ann, ben] = [randomUUID(), randomUUID()];
    await recordOrderEvents(database.db, [...eventsOnDays(ann, 5), ...eventsOnDays(ben, 5)]);
    const [annFirst] = await readHistories(database.db, [{ userId: ann, limit: 2, after: null }]);
    const mark = annFirst?.[1] ?? null;

    const { result, statements } = await countStatements(database, () =>
      readHistories(database.db, [
        { userId: ann, limit: 2, after: mark },
        { userId: ben, limit: 1, after: null },
        { userId: randomUUID(), limit: 10, after: null },
        { userId: ann, limit: 10, after: null },
      ]),
    );
    expect(statements).toHaveLength(1);
    expect(result.map((entries) => entries.map((entry) => entry.points))).toEqual([
      [3, 2],
      [5],
      [],
      [5, 4, 3, 2, 1],
    ]);
  });

  it('neither skips nor repeats an entry between pages, even among entries of the same instant', async () => {
    const userId = randomUUID();
    const events = Array.from({ length: 25 }, (_, index) => placedEvent({ userId, amount: `${index}` }));
    await recordOrderEvents(database.db, events);

    const seen: number[] = [];
    let after: HistoryPage['after'] = null;
    do {
      const [page = []] = await readHistories(database.db, [{ userId, limit: 4, after }]);
      seen.push(...page.map((entry) => entry.points));
      after = page.at(-1) ?? null;
    } while (after !== null);
    expect(seen.toSorted((a, b) => a - b)).toEqual(events.map((_, index) => index));
  });
});
