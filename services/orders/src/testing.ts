import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@tributary/database/testing';
import type { Identity } from '@tributary/identity';
import { type Answer, executeAs } from '@tributary/subgraph/testing';
import type { OrdersContext } from './context.ts';
import type { Product } from './domain/fill-order.ts';
import type { WantedLine } from './domain/order-lines.ts';
import { insertOrders, insertProducts, type OrderWithLines } from './store/insert-demo-orders.ts';
import { createOrderCommands, type OrderCommands } from './store/order-commands.ts';
import { findProducts } from './store/products.ts';
import type { Tables } from './store/tables.ts';
import { defineOrdersSubgraph } from './subgraph.ts';

export interface FakeClock {
  now(): Date;
  advance(ms: number): void;
}

/** A clock that stands still until it is told to go. */
export function createFakeClock(start = new Date('2026-11-20T09:00:00.000Z')): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now = new Date(now.getTime() + ms);
    },
  };
}

/** An empty orders database. */
export function openOrdersDatabase(): Promise<TestDatabase<Tables>> {
  return openTestDatabase<Tables>({ migrations: new URL('../migrations/', import.meta.url) });
}

export interface Shop extends AsyncDisposable {
  readonly database: TestDatabase<Tables>;
  readonly clock: FakeClock;
  readonly commands: OrderCommands;
  /** Executes an operation as the gateway would send it for that caller. */
  execute<Data = Record<string, unknown>>(
    identity: Identity,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  /** Adds a product of 12.30 EUR, ten in stock unless told otherwise, with a SKU of its own. */
  addProduct(change?: Partial<Product>): Promise<Product>;
  /** Pieces in stock now. */
  stockOf(sku: string): Promise<number>;
  /** Places an order that is expected to succeed, of a new user unless told otherwise; answers its id. */
  order(lines: readonly WantedLine[], userId?: string): Promise<string>;
  /** Writes orders into a user's past, the given number of them a minute apart, the youngest first in the answer. */
  addHistory(userId: string, count: number): Promise<readonly OrderWithLines[]>;
}

/** The service without its network, on a database of its own. */
export async function openShop(): Promise<Shop> {
  const database = await openOrdersDatabase();
  const { db } = database;
  const clock = createFakeClock();
  const commands = createOrderCommands({
    db,
    now: clock.now,
    traceparent: () => undefined,
    onCommit: () => {},
  });
  const subgraph = defineOrdersSubgraph(db, commands);
  return {
    database,
    clock,
    commands,
    execute: <Data>(identity: Identity, query: string, variables: Record<string, unknown> = {}) =>
      executeAs<Data, OrdersContext>(subgraph, identity, query, variables),
    async addProduct(change = {}) {
      const product = {
        sku: `SKU-${randomUUID()}`,
        title: 'A product',
        unitPriceMinor: 1230n,
        currency: 'EUR',
        stock: 10,
        ...change,
      };
      await insertProducts(db, [product]);
      return product;
    },
    async stockOf(sku) {
      const product = (await findProducts(db, [sku])).get(sku);
      if (product === undefined) throw new Error(`There is no product ${sku}`);
      return product.stock;
    },
    async order(lines, userId = randomUUID()) {
      const outcome = await commands.placeOrder({ userId, lines, idempotencyKey: null });
      if (outcome.kind !== 'placed') throw new Error(`Expected an order, not ${JSON.stringify(outcome)}`);
      return outcome.order.id;
    },
    async addHistory(userId, count) {
      const orders = Array.from({ length: count }, (_, index) => pastOrder(userId, index));
      await insertOrders(db, orders);
      return orders;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function pastOrder(userId: string, minutesAgo: number): OrderWithLines {
  const id = randomUUID();
  const unitPrice = { amountMinor: 1000n, currency: 'EUR' };
  return {
    id,
    number: `H-${id}`,
    userId,
    status: 'DELIVERED',
    placedAt: new Date(Date.UTC(2026, 0, 1) - minutesAgo * 60_000),
    cancelledAt: null,
    total: { amountMinor: 3000n, currency: 'EUR' },
    lines: [
      { sku: 'OLD-1', title: 'Something old', quantity: 2, unitPrice },
      { sku: 'OLD-2', title: 'Something else', quantity: 1, unitPrice },
    ],
  };
}
