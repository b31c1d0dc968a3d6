import type { TestDatabase } from '@tributary/database/testing';
import type { Identity } from '@tributary/identity';
import { executeAs, SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoyaltyContext } from '../context.ts';
import { defineLoyalty } from '../server.ts';
import { readTotalsOf } from '../store/accounts.ts';
import { recordOrderEvents } from '../store/order-events.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { openLoyaltyDatabase, placedEvent } from '../testing.ts';

const REDEEM = `
  mutation Redeem($input: RedeemPointsInput!) {
    redeemPoints(input: $input) {
      __typename
      ... on RedeemPointsSuccess { account { points tier } entry { id points reason } }
      ... on TooFewPoints { balance message }
      ... on InvalidRedemption { field message }
    }
  }`;

interface Answer {
  readonly redeemPoints: { readonly __typename: string; readonly entry?: { readonly id: string } };
}

describe('redeemPoints', () => {
  let database: TestDatabase<LoyaltyTables>;
  let loyalty: ReturnType<typeof defineLoyalty>;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
    loyalty = defineLoyalty(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  async function signedInWithPoints(points: number): Promise<Identity & { readonly subject: string }> {
    const event = placedEvent({ amount: `${points}` });
    await recordOrderEvents(database.db, [event]);
    return { subject: event.userId, roles: [] };
  }
  const redeem = async (identity: Identity, input: object) =>
    executeAs<Answer, LoyaltyContext>(loyalty, identity, REDEEM, { input });

  it('takes the points and answers with the entry and the account as it is then', async () => {
    const me = await signedInWithPoints(1_000);
    const { data } = await redeem(me, { points: 300 });
    expect(data?.redeemPoints).toEqual({
      __typename: 'RedeemPointsSuccess',
      account: { points: 700, tier: 'SILVER' },
      entry: { id: expect.any(String), points: -300, reason: 'REDEMPTION' },
    });
  });

  it('tells the balance when it is too low', async () => {
    const me = await signedInWithPoints(10);
    expect((await redeem(me, { points: 11 })).data?.redeemPoints).toEqual({
      __typename: 'TooFewPoints',
      balance: 10,
      message: 'The account holds 10 points, not 11.',
    });
  });

  it('redeems once for a repeated call with the same key', async () => {
    const me = await signedInWithPoints(100);
    const input = { points: 60, idempotencyKey: 'checkout-1' };
    const [first, second] = [await redeem(me, input), await redeem(me, input)];
    expect(second.data).toEqual(first.data);
    expect(await readTotalsOf(database.db, me.subject)).toEqual({ balance: 40, earned: 100 });
  });

  it('refuses a key that was used for other points', async () => {
    const me = await signedInWithPoints(100);
    await redeem(me, { points: 60, idempotencyKey: 'checkout-1' });
    expect((await redeem(me, { points: 10, idempotencyKey: 'checkout-1' })).data?.redeemPoints).toMatchObject(
      {
        __typename: 'InvalidRedemption',
        field: 'idempotencyKey',
      },
    );
  });

  it.each([
    [{ points: 0 }, 'points'],
    [{ points: -5 }, 'points'],
    [{ points: 1_000_001 }, 'points'],
    [{ points: 1, idempotencyKey: '' }, 'idempotencyKey'],
    [{ points: 1, idempotencyKey: 'a\0b' }, 'idempotencyKey'],
  ])('answers %j as an invalid redemption and changes nothing', async (input, field) => {
    const me = await signedInWithPoints(5);
    const { data } = await redeem(me, input);
    expect(data?.redeemPoints).toMatchObject({ __typename: 'InvalidRedemption', field });
    expect(await readTotalsOf(database.db, me.subject)).toEqual({ balance: 5, earned: 5 });
  });

  it.each([{ points: 1.5 }, { points: 2 ** 31 }, { points: '1' }, {}, { points: null }])(
    'refuses the input %j, which is none',
    async (input) => {
      const { errors } = await redeem(signedIn(placedEvent().userId), input);
      expect(errors.map((error) => error.extensions?.code)).toEqual(['BAD_USER_INPUT']);
    },
  );

  it('shows each of two redemptions of one request the balance after it', async () => {
    const me = await signedInWithPoints(100);
    const one =
      '{ ... on RedeemPointsSuccess { account { points history(first: 1) { edges { node { points } } } } } }';
    const { data } = await executeAs(
      loyalty,
      me,
      `mutation { a: redeemPoints(input: { points: 30 }) ${one} b: redeemPoints(input: { points: 50 }) ${one} }`,
    );
    const account = (points: number, last: number) => ({
      account: { points, history: { edges: [{ node: { points: last } }] } },
    });
    expect(data).toEqual({ a: account(70, -30), b: account(20, -50) });
  });

  it.each([
    [SIGNED_OUT, 'UNAUTHENTICATED'],
    [signedIn('not-a-user-of-ours'), 'FORBIDDEN'],
  ])('needs a signed-in user: %j gets %s', async (identity, code) => {
    const { errors } = await redeem(identity, { points: 1 });
    expect(errors.map((error) => error.extensions?.code)).toEqual([code]);
  });
});
