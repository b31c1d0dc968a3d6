import { randomUUID } from 'node:crypto';
import { countStatements } from '@tributary/database/testing';
import { signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertOrders } from '../store/insert-demo-orders.ts';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

interface OrdersAnswer {
  readonly _entities: readonly ({
    readonly orders: {
      readonly edges: readonly { cursor: string; node: { id: string; lines: readonly { sku: string }[] } }[];
      readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
    };
  } | null)[];
}

const ORDERS = `query ($users: [_Any!]!, $first: Int, $after: String) {
  _entities(representations: $users) { ... on User { orders(first: $first, after: $after) {
    edges { cursor node { id lines { sku quantity unitPrice { amount } } total { amount currency } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } } }
}`;

const references = (ids: readonly string[]) => ids.map((id) => ({ __typename: 'User', id }));

const ask = (userId: string, page: { first?: number | null; after?: string | null } = {}) =>
  shop.execute<OrdersAnswer>(signedIn(userId), ORDERS, { users: references([userId]), ...page });

async function pageOf(userId: string, page: { first?: number; after?: string | null } = {}) {
  const { data } = await ask(userId, page);
  const connection = data?._entities[0]?.orders;
  if (connection === undefined) throw new Error('There is no such page');
  return { ids: connection.edges.map(({ node }) => node.id), ...connection.pageInfo };
}

async function allPagesOf(userId: string, first: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let page = await pageOf(userId, { first });
  for (ids.push(...page.ids); page.hasNextPage; ids.push(...page.ids)) {
    page = await pageOf(userId, { first, after: page.endCursor });
  }
  return ids;
}

describe('User.orders', () => {
  it('gives the newest first, all of them once, page by page', async () => {
    const userId = randomUUID();
    const orders = await shop.addHistory(userId, 25);
    expect(await allPagesOf(userId, 10)).toEqual(orders.map(({ id }) => id));
  });

  it('gives twenty unless told otherwise', async () => {
    const userId = randomUUID();
    await shop.addHistory(userId, 21);
    expect(await pageOf(userId)).toMatchObject({
      ids: { length: 20 },
      hasNextPage: true,
      hasPreviousPage: false,
    });
  });

  it('loses and repeats nothing when orders were placed in the same millisecond', async () => {
    const userId = randomUUID();
    const history = await shop.addHistory(randomUUID(), 9);
    const placedAt = new Date('2026-05-01T10:00:00.123Z');
    const tied = history.map((order) => {
      const id = randomUUID();
      return { ...order, id, number: id, userId, placedAt };
    });
    await insertOrders(shop.database.db, tied);
    const expected = tied
      .map(({ id }) => id)
      .toSorted()
      .toReversed();
    expect(await allPagesOf(userId, 2)).toEqual(expected);
  });

  it('goes on where the page ended, whatever was ordered meanwhile', async () => {
    const userId = randomUUID();
    const orders = await shop.addHistory(userId, 6);
    const first = await pageOf(userId, { first: 3 });
    const { sku } = await shop.addProduct();
    await shop.order([{ sku, quantity: 1 }], userId);
    const second = await pageOf(userId, { first: 3, after: first.endCursor });
    expect([...first.ids, ...second.ids]).toEqual(orders.map(({ id }) => id));
  });

  it('is empty for a user who never ordered', async () => {
    expect(await pageOf(randomUUID())).toEqual({
      ids: [],
      hasNextPage: false,
      hasPreviousPage: false,
      endCursor: null,
    });
  });

  it('tells by first: 0 only whether there is anything', async () => {
    const userId = randomUUID();
    await shop.addHistory(userId, 1);
    expect(await pageOf(userId, { first: 0 })).toMatchObject({ ids: [], hasNextPage: true });
  });

  it.each([-1, 101, 2_147_483_647])('refuses first: %i', async (first) => {
    expect((await ask(randomUUID(), { first })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it.each([
    '',
    'nonsense',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('[1,"x","y"]').toString('base64url'),
    Buffer.from(`[2,0,"${randomUUID()}"]`).toString('base64url'),
    Buffer.from(`[1,1e300,"${randomUUID()}"]`).toString('base64url'),
    Buffer.from(`[1,0,"' or true --"]`).toString('base64url'),
  ])('refuses the cursor %j', async (after) => {
    expect((await ask(randomUUID(), { after })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it("takes another user's cursor for a place in time, and shows only one's own orders", async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    const orders = await shop.addHistory(mine, 4);
    await shop.addHistory(theirs, 4);
    const { endCursor } = await pageOf(theirs, { first: 2 });
    const own = new Set(orders.map(({ id }) => id));
    const { ids } = await pageOf(mine, { after: endCursor });
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(own.has(id)).toBe(true);
  });
});

describe('SQL statements', () => {
  const statementsFor = async (userCount: number, ordersEach: number) => {
    const userIds = Array.from({ length: userCount }, () => randomUUID());
    for (const userId of userIds) await shop.addHistory(userId, ordersEach);
    const { result, statements } = await countStatements(shop.database, () =>
      shop.execute<OrdersAnswer>(signedIn(randomUUID(), 'support'), ORDERS, {
        users: references(userIds),
        first: 100,
      }),
    );
    expect(result.errors).toEqual([]);
    const answered = result.data?._entities.flatMap((user) => user?.orders.edges ?? []) ?? [];
    expect(answered).toHaveLength(userCount * ordersEach);
    for (const { node } of answered) expect(node.lines).toHaveLength(2);
    return statements.length;
  };

  it('are two for the orders and their lines, of 5 users as of 50', async () => {
    expect([await statementsFor(5, 3), await statementsFor(50, 3)]).toEqual([2, 2]);
  });

  it('are two for 5 orders as for 50', async () => {
    expect([await statementsFor(1, 5), await statementsFor(1, 50)]).toEqual([2, 2]);
  });

  it('are one for different pages of one list', async () => {
    const userId = randomUUID();
    await shop.addHistory(userId, 9);
    const { endCursor } = await pageOf(userId, { first: 4 });
    const query = `query ($users: [_Any!]!, $after: String) { _entities(representations: $users) { ... on User {
      all: orders { edges { node { id } } }
      one: orders(first: 1) { edges { node { id } } }
      rest: orders(after: $after) { edges { node { id } } }
    } } }`;
    const { result, statements } = await countStatements(shop.database, () =>
      shop.execute(signedIn(userId), query, { users: references([userId]), after: endCursor }),
    );
    expect(result.data).toMatchObject({
      _entities: [
        { all: { edges: { length: 9 } }, one: { edges: { length: 1 } }, rest: { edges: { length: 5 } } },
      ],
    });
    expect(statements).toHaveLength(1);
  });

  it('are one for 5 orders by reference as for 50', async () => {
    const userId = randomUUID();
    const orders = await shop.addHistory(userId, 50);
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { number user { id } } } }';
    for (const size of [5, 50]) {
      const representations = orders.slice(0, size).map(({ id }) => ({ __typename: 'Order', id }));
      const { result, statements } = await countStatements(shop.database, () =>
        shop.execute<{ _entities: unknown[] }>(signedIn(userId), query, { r: representations }),
      );
      expect(result.data?._entities).toHaveLength(size);
      expect(statements).toHaveLength(1);
    }
  });
});
