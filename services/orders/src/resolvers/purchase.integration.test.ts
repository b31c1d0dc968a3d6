import { randomUUID } from 'node:crypto';
import { signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename
  ... on PlaceOrderSuccess { order {
    id number status placedAt cancelledAt user { id } total { amount currency }
    lines { sku title quantity unitPrice { amount currency } }
  } }
  ... on OutOfStock { sku available message }
  ... on InvalidOrder { field message }
} }`;
const CANCEL = `mutation ($id: ID!) { cancelOrder(id: $id) {
  __typename
  ... on CancelOrderSuccess { order { id status cancelledAt } }
  ... on OrderNotCancellable { status message }
} }`;

interface PlaceAnswer {
  readonly placeOrder: { readonly __typename: string; readonly order?: { readonly id: string } };
}

const place = (userId: string, input: Record<string, unknown>) =>
  shop.execute<PlaceAnswer>(signedIn(userId), PLACE, { input });

describe('placeOrder', () => {
  it('answers with the order, its exact total and the prices of the moment', async () => {
    const userId = randomUUID();
    const kettle = await shop.addProduct({ title: 'Kettle', unitPriceMinor: 1010n });
    const cup = await shop.addProduct({ title: 'Cup', unitPriceMinor: 1n });
    const lines = [
      { sku: kettle.sku, quantity: 2 },
      { sku: cup.sku, quantity: 1 },
      { sku: kettle.sku, quantity: 1 },
    ];
    const { data } = await place(userId, { lines });
    expect(data?.placeOrder).toEqual({
      __typename: 'PlaceOrderSuccess',
      order: {
        id: expect.any(String),
        number: expect.stringMatching(/^T-\d{9}$/),
        status: 'PLACED',
        placedAt: '2026-11-20T09:00:00.000Z',
        cancelledAt: null,
        user: { id: userId },
        total: { amount: '30.31', currency: 'EUR' },
        lines: [
          { sku: kettle.sku, title: 'Kettle', quantity: 3, unitPrice: { amount: '10.10', currency: 'EUR' } },
          { sku: cup.sku, title: 'Cup', quantity: 1, unitPrice: { amount: '0.01', currency: 'EUR' } },
        ],
      },
    });
  });

  it('says what is left of a product that is nearly sold out', async () => {
    const { sku } = await shop.addProduct({ stock: 2 });
    const { data } = await place(randomUUID(), { lines: [{ sku, quantity: 3 }] });
    expect(data?.placeOrder).toEqual({
      __typename: 'OutOfStock',
      sku,
      available: 2,
      message: `There are only 2 of ${sku} left.`,
    });
  });

  it.each([
    ['no lines', { lines: [] }, 'lines'],
    ['51 lines', { lines: Array(51).fill({ sku: 'A', quantity: 1 }) }, 'lines'],
    ['a quantity of 0', { lines: [{ sku: 'A', quantity: 0 }] }, 'lines.0.quantity'],
    ['a quantity of 100', { lines: [{ sku: 'A', quantity: 100 }] }, 'lines.0.quantity'],
    ['an unknown product', { lines: [{ sku: 'NO-SUCH', quantity: 1 }] }, 'lines'],
    ['a NUL in a SKU', { lines: [{ sku: 'A\0', quantity: 1 }] }, 'lines.0.sku'],
    ['an empty key', { lines: [{ sku: 'A', quantity: 1 }], idempotencyKey: '' }, 'idempotencyKey'],
    ['a NUL in the key', { lines: [{ sku: 'A', quantity: 1 }], idempotencyKey: '\0' }, 'idempotencyKey'],
  ])('answers %s with a typed result, not an error', async (_what, input, field) => {
    const { data, errors } = await place(randomUUID(), input);
    expect(errors).toEqual([]);
    expect(data?.placeOrder).toMatchObject({
      __typename: 'InvalidOrder',
      field,
      message: expect.any(String),
    });
  });

  it.each([1.5, '1', 3_000_000_000])('refuses the quantity %j, which is no Int', async (quantity) => {
    const { errors } = await place(randomUUID(), { lines: [{ sku: 'A', quantity }] });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('answers a repeated key with the same order, and other lines under it with a typed result', async () => {
    const userId = randomUUID();
    const { sku } = await shop.addProduct();
    const input = { lines: [{ sku, quantity: 1 }], idempotencyKey: 'checkout-1' };
    const first = await place(userId, input);
    expect(await place(userId, input)).toEqual(first);
    const { data } = await place(userId, { ...input, lines: [{ sku, quantity: 2 }] });
    expect(data?.placeOrder).toMatchObject({ __typename: 'InvalidOrder', field: 'idempotencyKey' });
  });
});

describe('cancelOrder', () => {
  it('answers with the cancelled order, and a second time the same', async () => {
    const userId = randomUUID();
    const { sku } = await shop.addProduct();
    const id = await shop.order([{ sku, quantity: 1 }], userId);
    const first = await shop.execute(signedIn(userId), CANCEL, { id });
    expect(first.data).toEqual({
      cancelOrder: {
        __typename: 'CancelOrderSuccess',
        order: { id, status: 'CANCELLED', cancelledAt: '2026-11-20T09:00:00.000Z' },
      },
    });
    expect(await shop.execute(signedIn(userId), CANCEL, { id })).toEqual(first);
  });

  it('says how far an order has gone that cannot be cancelled', async () => {
    const userId = randomUUID();
    const [order] = await shop.addHistory(userId, 1);
    const { data } = await shop.execute(signedIn(userId), CANCEL, { id: order?.id });
    expect(data).toMatchObject({
      cancelOrder: {
        __typename: 'OrderNotCancellable',
        status: 'DELIVERED',
        message: 'This order is delivered and cannot be cancelled any more.',
      },
    });
  });

  it('is seen by what the same operation asks for later', async () => {
    const userId = randomUUID();
    const { sku } = await shop.addProduct();
    const id = await shop.order([{ sku, quantity: 1 }], userId);
    const list = 'order { user { orders { edges { node { status } } } } }';
    const mutation = `mutation ($id: ID!, $sku: String!) {
      placeOrder(input: { lines: [{ sku: $sku, quantity: 1 }] }) { ... on PlaceOrderSuccess { ${list} } }
      cancelOrder(id: $id) { ... on CancelOrderSuccess { ${list} } }
    }`;
    const { data } = await shop.execute(signedIn(userId), mutation, { id, sku });
    const statuses = (edges: readonly string[]) => ({
      order: { user: { orders: { edges: edges.map((status) => ({ node: { status } })) } } },
    });
    expect(data).toEqual({
      placeOrder: statuses(['PLACED', 'PLACED']),
      cancelOrder: statuses(['PLACED', 'CANCELLED']),
    });
  });
});
