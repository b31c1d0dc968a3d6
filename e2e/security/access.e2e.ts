import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { HOME_QUERY, type Home } from '../src/home.ts';
import { placeOrder, productInStock } from '../src/shop.ts';

let federation: Federation;
let mia: { readonly id: string; readonly orderId: string };
let strangerToken: string;

beforeAll(async () => {
  federation = await startFederation();
  const home = (await federation.query(HOME_QUERY, { token: await federation.signIn() })).body.data as Home;
  mia = { id: home.me?.id ?? '', orderId: home.me?.orders.edges[0]?.node.id ?? '' };
  strangerToken = (await federation.signUp('stranger')).token;
});
afterAll(() => federation?.[Symbol.asyncDispose]());

/** Every way that leads to what is another user's: by id, through an entity, in a list, by a mutation. */
const PATHS: Readonly<Record<string, string>> = {
  'the profile by id': 'query ($user: ID!) { user(id: $user) { id email displayName createdAt } }',
  'the orders through the user':
    'query ($user: ID!) { user(id: $user) { orders { edges { node { id number } } } } }',
  'the points through the user':
    'query ($user: ID!) { user(id: $user) { loyalty { points history { edges { node { points } } } } } }',
  'the order by id': 'query ($order: ID!) { order(id: $order) { id number total { amount } lines { sku } } }',
  'the customer of the order':
    'query ($order: ID!) { order(id: $order) { user { email orders { edges { node { id } } } } } }',
  'the points of the order': 'query ($order: ID!) { order(id: $order) { pointsEarned pointsEstimate } }',
};

describe.each([
  ['a stranger', () => strangerToken],
  ['somebody who is not signed in', () => undefined],
])('%s gets nothing of what is another user’s', (_, tokenOf) => {
  it.each(Object.entries(PATHS))('%s', async (_, query) => {
    const token = tokenOf();
    const { body } = await federation.query(query, {
      ...(token === undefined ? {} : { token }),
      variables: { user: mia.id, order: mia.orderId },
    });
    expect(Object.values(body.data ?? { nothing: null })).toEqual([null]);
  });

  it('cannot cancel the order', async () => {
    const token = tokenOf();
    const { body } = await federation.query('mutation ($id: ID!) { cancelOrder(id: $id) { __typename } }', {
      ...(token === undefined ? {} : { token }),
      variables: { id: mia.orderId },
    });
    expect(body.data).not.toMatchObject({ cancelOrder: { __typename: 'CancelOrderSuccess' } });
  });

  it('does not learn whether a user exists', async () => {
    const token = tokenOf();
    const ask = async (user: string) =>
      (
        await federation.query(PATHS['the profile by id'] ?? '', {
          ...(token === undefined ? {} : { token }),
          variables: { user },
        })
      ).body.data;
    expect(await ask(mia.id)).toEqual(await ask('00000000-0000-4000-8000-000000000000'));
  });
});

it('keeps two users apart who ask at the same time', async () => {
  const { token, id } = await federation.signUp('neighbour');
  const { sku } = await productInStock(federation, 1);
  const order = await placeOrder(federation, token, [{ sku, quantity: 1 }]);
  const miaToken = await federation.signIn();
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const { body } = await federation.query(HOME_QUERY, { token: index % 2 === 0 ? miaToken : token });
      return body.data as Home;
    }),
  );
  answers.forEach(({ me }, index) => {
    expect(me?.id).toBe(index % 2 === 0 ? mia.id : id);
    const ids = me?.orders.edges.map((edge) => edge.node.id) ?? [];
    expect(ids.includes(order.id)).toBe(index % 2 === 1);
  });
});

it('lets support read for a user, and change nothing', async () => {
  const token = await federation.signIn('sam@example.com');
  const read = await federation.query(PATHS['the orders through the user'] ?? '', {
    token,
    variables: { user: mia.id },
  });
  expect(read.body.errors).toBeUndefined();
  expect((read.body.data as { user: Home['me'] }).user?.orders.edges.length).toBeGreaterThan(0);
  const change = await federation.query('mutation ($id: ID!) { cancelOrder(id: $id) { __typename } }', {
    token,
    variables: { id: mia.orderId },
  });
  expect(change.body.data).toEqual({ cancelOrder: { __typename: 'OrderNotFound' } });
});
