import { randomUUID } from 'node:crypto';
import type { Identity } from '@tributary/identity';
import { SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
let ownerId: string;
let orderId: string;
beforeAll(async () => {
  shop = await openShop();
  ownerId = randomUUID();
  const { sku } = await shop.addProduct();
  orderId = await shop.order([{ sku, quantity: 1 }], ownerId);
});
afterAll(() => shop[Symbol.asyncDispose]());

const QUERY = `query ($id: ID!, $references: [_Any!]!) {
  byId: order(id: $id) { id }
  _entities(representations: $references) { ... on Order { number } ... on User { orders { edges { node { id } } } } }
}`;

/** Asks by every path: by id, as an entity, in its user's list. */
const askFor = (identity: Identity, id = orderId, userId = ownerId) =>
  shop.execute(identity, QUERY, {
    id,
    references: [
      { __typename: 'Order', id },
      { __typename: 'User', id: userId },
    ],
  });

const NOTHING = { data: { byId: null, _entities: [null, null] }, errors: [] };

describe('an order', () => {
  it('is seen by its owner, by every path', async () => {
    expect(await askFor(signedIn(ownerId))).toMatchObject({
      data: {
        byId: { id: orderId },
        _entities: [{ number: expect.any(String) }, { orders: { edges: [{ node: { id: orderId } }] } }],
      },
      errors: [],
    });
  });

  it('is seen by support', async () => {
    expect(await askFor(signedIn(randomUUID(), 'support'))).toMatchObject({
      data: { byId: { id: orderId } },
    });
  });

  it.each([
    ['somebody else', () => signedIn(randomUUID())],
    ['somebody with a role that is not support', () => signedIn(randomUUID(), 'Support', 'admin')],
    ['a signed-out caller', () => SIGNED_OUT],
    ['a subject that is no UUID', () => signedIn('mallory')],
  ])('does not exist for %s, by any path', async (_who, identity) => {
    expect(await askFor(identity())).toEqual(NOTHING);
  });

  it('of somebody else answers as one that does not exist at all', async () => {
    const stranger = signedIn(randomUUID());
    expect(await askFor(stranger)).toEqual(await askFor(stranger, randomUUID(), randomUUID()));
  });

  it.each(['', 'x', '1', "' or 1=1 --", '\0', `${randomUUID()}x`])(
    'with the id %j does not exist',
    async (id) => {
      expect(await askFor(signedIn(ownerId, 'support'), id, id)).toEqual(NOTHING);
    },
  );

  it('is found by its id in capitals, as UUIDs are the same either way', async () => {
    expect(await askFor(signedIn(ownerId), orderId.toUpperCase())).toMatchObject({
      data: { byId: { id: orderId } },
    });
  });
});

describe('cancelOrder', () => {
  const cancelAs = (identity: Identity, id = orderId) =>
    shop.execute(identity, 'mutation ($id: ID!) { cancelOrder(id: $id) { __typename } }', { id });

  it.each([
    ['somebody else', () => signedIn(randomUUID())],
    ['support, which only reads', () => signedIn(randomUUID(), 'support')],
  ])('finds no order for %s', async (_who, identity) => {
    expect((await cancelAs(identity())).data).toEqual({ cancelOrder: { __typename: 'OrderNotFound' } });
  });

  it('finds no order for an id that is no UUID', async () => {
    const { data } = await cancelAs(signedIn(ownerId), 'nonsense');
    expect(data).toEqual({ cancelOrder: { __typename: 'OrderNotFound' } });
  });
});

it.each([
  ['placeOrder', 'mutation { placeOrder(input: { lines: [{ sku: "A", quantity: 1 }] }) { __typename } }'],
  ['cancelOrder', `mutation { cancelOrder(id: "${randomUUID()}") { __typename } }`],
])(
  '%s asks a signed-out caller, and a subject that no user can have, to sign in',
  async (_name, mutation) => {
    for (const identity of [SIGNED_OUT, signedIn('not-a-uuid')]) {
      const { errors } = await shop.execute(identity, mutation);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  },
);
