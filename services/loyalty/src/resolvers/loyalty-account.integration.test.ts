import { randomUUID } from 'node:crypto';
import { countStatements, type TestDatabase } from '@tributary/database/testing';
import { executeAs, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineLoyalty } from '../server.ts';
import { recordOrderEvents } from '../store/order-events.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { cancelledEvent, eventsOnDays, openLoyaltyDatabase, placedEvent, readEntities } from '../testing.ts';

interface HistoryAnswer {
  readonly history: {
    readonly edges: readonly { readonly node: { readonly points: number } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

describe('LoyaltyAccount', () => {
  let database: TestDatabase<LoyaltyTables>;
  let loyalty: ReturnType<typeof defineLoyalty>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
    loyalty = defineLoyalty(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const readAccount = async <Account>(userId: string, fields: string) => {
    const representation = { __typename: 'LoyaltyAccount', id: userId } as const;
    const selection = `... on LoyaltyAccount { ${fields} }`;
    const [account] = await readEntities<Account>(loyalty, signedIn(userId), [representation], selection);
    return account;
  };

  it('of a user who has not ordered yet is empty, bronze and there', async () => {
    const fields =
      'points tier nextTier { tier pointsNeeded } history { edges { cursor } pageInfo { endCursor } }';
    expect(await readAccount(randomUUID(), fields)).toEqual({
      points: 0,
      tier: 'BRONZE',
      nextTier: { tier: 'SILVER', pointsNeeded: 1_000 },
      history: { edges: [], pageInfo: { endCursor: null } },
    });
  });

  it('with more points than an Int holds shows the most that it can hold', async () => {
    const userId = randomUUID();
    const orders = Array.from({ length: 2_200 }, () => placedEvent({ userId, amount: '1000000' }));
    await recordOrderEvents(database.db, orders);
    const fields = 'points tier nextTier { tier }';
    expect(await readAccount(userId, fields)).toEqual({
      points: 2_147_483_647,
      tier: 'PLATINUM',
      nextTier: null,
    });
  });

  it('rises with points earned, stays while they are redeemed and falls when an order is cancelled', async () => {
    const placed = placedEvent({ amount: '20500' });
    const { userId } = placed;
    const fields = 'points tier nextTier { tier pointsNeeded }';
    await recordOrderEvents(database.db, [placed]);
    expect(await readAccount(userId, fields)).toEqual({ points: 20_500, tier: 'PLATINUM', nextTier: null });

    const redemption = 'mutation { redeemPoints(input: { points: 20000 }) { __typename } }';
    await executeAs(loyalty, signedIn(userId), redemption);
    expect(await readAccount(userId, fields)).toMatchObject({ points: 500, tier: 'PLATINUM' });

    await recordOrderEvents(database.db, [cancelledEvent(placed)]);
    expect(await readAccount(userId, fields)).toEqual({
      points: -20_000,
      tier: 'BRONZE',
      nextTier: { tier: 'SILVER', pointsNeeded: 1_000 },
    });
  });

  it('tells its history newest first, with the order of each entry', async () => {
    const placed = placedEvent();
    await recordOrderEvents(database.db, [placed, cancelledEvent(placed)]);
    const fields = 'history { edges { node { points reason createdAt order { id } } } }';
    const order = { id: placed.orderId };
    expect(await readAccount(placed.userId, fields)).toEqual({
      history: {
        edges: [
          { node: { points: -100, reason: 'ORDER_CANCELLED', createdAt: '2026-03-02T10:00:00.000Z', order } },
          { node: { points: 100, reason: 'ORDER_PLACED', createdAt: '2026-03-01T10:00:00.000Z', order } },
        ],
      },
    });
  });

  it('is walked through page by page with the end cursor', async () => {
    const userId = randomUUID();
    await recordOrderEvents(database.db, eventsOnDays(userId, 5));
    const readPage = async (after: string | null) => {
      const page = after === null ? 'first: 2' : `first: 2, after: "${after}"`;
      const fields = `history(${page}) { edges { node { points } } pageInfo { hasNextPage endCursor } }`;
      return (await readAccount<HistoryAnswer>(userId, fields))?.history;
    };
    const seen: (readonly number[] | undefined)[] = [];
    let next: string | null | undefined = null;
    do {
      const history: HistoryAnswer['history'] | undefined = await readPage(next);
      seen.push(history?.edges.map((edge) => edge.node.points));
      next = history?.pageInfo.hasNextPage ? history.pageInfo.endCursor : undefined;
    } while (next !== undefined);
    expect(seen).toEqual([[5, 4], [3, 2], [1]]);
  });

  it.each(['first: 101', 'first: -1', 'after: "nonsense"', 'after: ""'])(
    'refuses history(%s) as bad input',
    async (argument) => {
      await expect(readAccount(randomUUID(), `history(${argument}) { edges { cursor } }`)).rejects.toThrow(
        'BAD_USER_INPUT',
      );
    },
  );

  it('needs two statements for 5 accounts with two pages of history each, and two for 50', async () => {
    const statementsFor = async (size: number) => {
      const userIds = Array.from({ length: size }, () => randomUUID());
      await recordOrderEvents(
        database.db,
        userIds.flatMap((userId) => eventsOnDays(userId, 3)),
      );
      const { result, statements } = await countStatements(database, () =>
        readEntities<{ loyalty: unknown }>(
          loyalty,
          signedIn(randomUUID(), 'support'),
          userIds.map((id) => ({ __typename: 'User', id })),
          `... on User { loyalty {
            points tier nextTier { tier }
            history(first: 2) { edges { node { id points } } }
            older: history(first: 1) { edges { node { id } } }
          } }`,
        ),
      );
      expect(result).toHaveLength(size);
      expect(result.every((user) => user !== null)).toBe(true);
      return statements;
    };
    const few = await statementsFor(5);
    expect(few).toHaveLength(2);
    expect(await statementsFor(50)).toEqual(few);
  });
});
