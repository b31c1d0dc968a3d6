import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@tributary/database/testing';
import { SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineLoyalty } from '../server.ts';
import { recordOrderEvents } from '../store/order-events.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { openLoyaltyDatabase, placedEvent, type Representation, readEntities } from '../testing.ts';

const mine = placedEvent();
const theirs = placedEvent();
const me = signedIn(mine.userId);

const USER = '... on User { id loyalty { id points tier history { edges { node { points } } } } }';
const ACCOUNT = '... on LoyaltyAccount { id points history { edges { node { points } } } }';
const ORDER = '... on Order { id pointsEarned }';
const MY_ACCOUNT = { id: mine.userId, points: 100, history: { edges: [{ node: { points: 100 } }] } };

describe('access', () => {
  let database: TestDatabase<LoyaltyTables>;
  let loyalty: ReturnType<typeof defineLoyalty>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
    loyalty = defineLoyalty(database.db);
    await recordOrderEvents(database.db, [mine, theirs]);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const users = (ids: readonly string[]): Representation[] => ids.map((id) => ({ __typename: 'User', id }));
  const accounts = (ids: readonly string[]): Representation[] =>
    ids.map((id) => ({ __typename: 'LoyaltyAccount', id }));
  const orders = (ids: readonly string[]): Representation[] => ids.map((id) => ({ __typename: 'Order', id }));

  it("gives a user's own account, by user and by account", async () => {
    expect(await readEntities(loyalty, me, users([mine.userId]), USER)).toEqual([
      { id: mine.userId, loyalty: { ...MY_ACCOUNT, tier: 'BRONZE' } },
    ]);
    expect(await readEntities(loyalty, me, accounts([mine.userId]), ACCOUNT)).toEqual([MY_ACCOUNT]);
  });

  it("gives nothing of somebody else's account, neither alone nor in a list with one's own", async () => {
    expect(await readEntities(loyalty, me, users([theirs.userId]), USER)).toEqual([null]);
    expect(await readEntities(loyalty, me, accounts([theirs.userId]), ACCOUNT)).toEqual([null]);
    expect(await readEntities(loyalty, me, accounts([theirs.userId, mine.userId]), ACCOUNT)).toEqual([
      null,
      MY_ACCOUNT,
    ]);
  });

  it("gives the points of one's own orders and nothing of other people's", async () => {
    expect(await readEntities(loyalty, me, orders([theirs.orderId, mine.orderId]), ORDER)).toEqual([
      { id: theirs.orderId, pointsEarned: null },
      { id: mine.orderId, pointsEarned: 100 },
    ]);
  });

  it('gives a signed-out caller nothing', async () => {
    expect(await readEntities(loyalty, SIGNED_OUT, users([mine.userId]), USER)).toEqual([null]);
    expect(await readEntities(loyalty, SIGNED_OUT, accounts([mine.userId]), ACCOUNT)).toEqual([null]);
    expect(await readEntities(loyalty, SIGNED_OUT, orders([mine.orderId]), ORDER)).toEqual([
      { id: mine.orderId, pointsEarned: null },
    ]);
  });

  it('gives support staff the accounts and points of everybody', async () => {
    const sam = signedIn(randomUUID(), 'support');
    const answers = await readEntities(loyalty, sam, accounts([theirs.userId, mine.userId]), ACCOUNT);
    expect(answers).toEqual([{ ...MY_ACCOUNT, id: theirs.userId }, MY_ACCOUNT]);
    expect(await readEntities(loyalty, sam, orders([theirs.orderId]), ORDER)).toEqual([
      { id: theirs.orderId, pointsEarned: 100 },
    ]);
  });

  it.each(['', 'me', '1', "' or true --", 'ffffffff-ffff-ffff-ffff', '\0'])(
    'treats the ill-formed id %j as one that nobody has, for support staff too',
    async (id) => {
      const sam = signedIn(randomUUID(), 'support');
      expect(await readEntities(loyalty, sam, users([id]), USER)).toEqual([null]);
      expect(await readEntities(loyalty, sam, accounts([id]), ACCOUNT)).toEqual([null]);
      expect(await readEntities(loyalty, sam, orders([id]), ORDER)).toEqual([null]);
    },
  );

  it('takes an id in upper case for the same id', async () => {
    const shouted = mine.userId.toUpperCase();
    expect(await readEntities(loyalty, me, accounts([shouted]), ACCOUNT)).toEqual([MY_ACCOUNT]);
  });
});
