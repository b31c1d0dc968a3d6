import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '@tributary/database';
import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import { IDENTITY_HEADER } from '@tributary/identity';
import { type TestIdentity, testIdentity } from '@tributary/identity/testing';
import type { Subgraph } from '@tributary/subgraph';
import { signedIn } from '@tributary/subgraph/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startOrdersServer } from './server.ts';
import { insertProducts } from './store/insert-demo-orders.ts';
import { createOrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';

const STOCK = 10_000;
const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { id } } }
}`;

let server: PostgresqlServer;
let database: Database<Tables>;
let identity: TestIdentity;
let subgraph: Subgraph;
/** Sessions of nobody's request, which can hold locks and see what is committed. */
let other: Database<Tables>;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  server = stack.use(await startPostgresqlServer());
  const migrations = new URL('../migrations/', import.meta.url);
  database = stack.use(await openDatabase<Tables>({ name: 'orders', url: server.url, migrations }));
  const { db } = database;
  await insertProducts(db, [
    { sku: 'KETTLE', title: 'Kettle', unitPriceMinor: 1230n, currency: 'EUR', stock: STOCK },
  ]);
  identity = await testIdentity({ audience: 'orders' });
  const commands = createOrderCommands({
    db,
    now: () => new Date(),
    traceparent: () => undefined,
    onCommit: () => {},
  });
  subgraph = stack.use(
    await startOrdersServer({
      db,
      commands,
      verifier: identity.verifier,
      telemetry: testTelemetry('orders'),
      host: '127.0.0.1',
      port: 0,
      production: false,
    }),
  );
  other = stack.use(await openDatabase<Tables>({ name: 'other', url: server.url, migrations }));
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await sql`truncate customer_order, order_line, outbox, idempotency_key cascade`.execute(other.db);
  await other.db.updateTable('product').set({ stock: STOCK }).execute();
});

async function place(
  idempotencyKey: string,
  { signal = null, timeoutMs = 10_000 }: { signal?: AbortSignal | null; timeoutMs?: number } = {},
) {
  const input = { lines: [{ sku: 'KETTLE', quantity: 1 }], idempotencyKey };
  const response = await fetch(`${subgraph.url}/graphql`, {
    method: 'POST',
    signal,
    headers: {
      'content-type': 'application/json',
      'x-request-timeout-ms': String(timeoutMs),
      [IDENTITY_HEADER]: await identity.signer.sign(signedIn(CUSTOMER), 'orders'),
    },
    body: JSON.stringify({ query: PLACE, variables: { input } }),
  });
  return response.json();
}
const CUSTOMER = randomUUID();

/** What the database holds, and how much of the stock is gone: the four numbers belong together. */
async function ledger() {
  const { rows } = await sql<{ orders: number; events: number; keys: number; pieces: number }>`select
    (select count(*)::int from customer_order) as orders,
    (select count(*)::int from outbox) as events,
    (select count(*)::int from idempotency_key) as keys,
    (select ${STOCK}::int - stock from product) as pieces`.execute(other.db);
  return rows[0] ?? ledgerOf(0);
}
const ledgerOf = (count: number) => ({ orders: count, events: count, keys: count, pieces: count });

async function busy(): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity where application_name = 'orders' and state <> 'idle'
  `.execute(other.db);
  return rows.length;
}
const untilBusy = (count: number) =>
  vi.waitFor(async () => expect(await busy()).toBe(count), { timeout: 5_000, interval: 5 });

/** Until disposed, orders wait for the row of the one product. */
async function holdStock(): Promise<AsyncDisposable> {
  const transaction = await other.db.startTransaction().execute();
  await transaction.selectFrom('product').select('sku').forUpdate().execute();
  return { [Symbol.asyncDispose]: () => transaction.rollback().execute() };
}

describe('an order that waits in the database', () => {
  it('is undone whole when the customer goes, and can be placed again with the same key', async () => {
    {
      await using _held = await holdStock();
      const leaving = new AbortController();
      const placing = place('key', { signal: leaving.signal }).catch(() => 'gone');
      await untilBusy(1);
      leaving.abort();
      await placing;
      await untilBusy(0);
    }
    expect(await ledger()).toEqual(ledgerOf(0));
    expect(await place('key')).toMatchObject({ data: { placeOrder: { __typename: 'PlaceOrderSuccess' } } });
    expect(await ledger()).toEqual(ledgerOf(1));
  });

  it('is undone whole at the deadline, of which the customer is told in time', async () => {
    {
      await using _held = await holdStock();
      const started = performance.now();
      const answer = await place('key', { timeoutMs: 300 });
      expect(performance.now() - started).toBeLessThan(1_000);
      expect(answer).toMatchObject({
        errors: [{ path: ['placeOrder'], extensions: { code: 'SERVICE_TIMEOUT' } }],
      });
      await untilBusy(0);
    }
    expect(await ledger()).toEqual(ledgerOf(0));
  });
});

describe('1,000 orders whose customers go at any moment', () => {
  it('are each placed whole or not at all, once when sent again, and leave all connections', async () => {
    const waves = Array.from({ length: 52 }, (_, wave) =>
      Array.from({ length: 20 }, (_order, order) => `wave ${wave}, order ${order}`),
    );
    const [cold = [], warm = [], ...others] = waves;
    const placeAll = (wave: readonly string[]) => Promise.all(wave.map((key) => place(key)));
    await placeAll(cold);
    const started = performance.now();
    await placeAll(warm);
    const tookMs = performance.now() - started;

    for (const wave of others) {
      // From at once to a little after the time in which all of them can be placed.
      const outcomes = wave.map((key, order) => {
        const patienceMs = Math.ceil((tookMs * 1.2 * order) / wave.length);
        return place(key, { signal: AbortSignal.timeout(patienceMs) });
      });
      await Promise.allSettled(outcomes);
    }
    await untilBusy(0);
    const before = await ledger();
    expect(before).toEqual(ledgerOf(before.orders));
    expect(before.orders).toBeGreaterThan(40);
    expect(before.orders).toBeLessThan(1_040);

    for (const wave of waves) await placeAll(wave);
    expect(await ledger()).toEqual(ledgerOf(1_040));
  });
});
