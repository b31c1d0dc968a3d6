import { type Database, openDatabase } from '@tributary/database';
import { startPostgresqlServer } from '@tributary/database/testing';
import { type DemoOrder, demoOrders, demoProducts, demoUserId, LARGE_SCALE } from '@tributary/demo-data';
import { sql } from 'kysely';
import { seedDemoLedger } from '../services/loyalty/src/seed.ts';
import { readTotals } from '../services/loyalty/src/store/accounts.ts';
import { readHistories } from '../services/loyalty/src/store/history.ts';
import { readOrderPoints } from '../services/loyalty/src/store/order-points.ts';
import type { LoyaltyTables } from '../services/loyalty/src/store/tables.ts';
import { seedDemoOrders } from '../services/orders/src/seed.ts';
import { leaseEvents } from '../services/orders/src/store/outbox.ts';
import { placeOrder } from '../services/orders/src/store/place-order.ts';
import { findLines, findOrderPages } from '../services/orders/src/store/read-orders.ts';
import type { Tables as OrdersTables } from '../services/orders/src/store/tables.ts';
import { createPasswordHasher } from '../services/users/src/passwords/password-hasher.ts';
import { seedDemoUsers } from '../services/users/src/seed.ts';
import type { UsersSchema } from '../services/users/src/store/schema.ts';

/**
 * Seeds 100,000 users, 2 million orders and their points on a PostgreSQL server of its own, then times what the home
 * screen and a purchase ask of the databases: through the driver, one after the other, each time for other users.
 * Takes about five minutes and 2.5 GB of the temporary directory.
 *
 * Usage: node bench/large-seed.ts
 */
const RUNS = 200;
await using server = await startPostgresqlServer();

console.log('service   seconds   size (MB)');
await using users = await open<UsersSchema>('users');
await seeding('users', users, () =>
  seedDemoUsers({ db: users.db, scale: LARGE_SCALE, passwords: createPasswordHasher() }),
);
await using orders = await open<OrdersTables>('orders');
await seeding('orders', orders, () => seedDemoOrders(orders.db, { scaleName: 'large' }));
await using loyalty = await open<LoyaltyTables>('loyalty');
await seeding('loyalty', loyalty, () =>
  seedDemoLedger({ db: loyalty.db, name: 'large', scale: LARGE_SCALE }),
);
await sql`update product set stock = 1000000`.execute(orders.db);

console.log('\nstatement                               median (ms)  99th (ms)');
const page = (userId: string) => ({ userId, limit: 21, after: null });
await timing('orders of 1 user', (run) => findOrderPages(orders.db, usersOf(run, 1).map(page)));
await timing('orders of 50 users', (run) => findOrderPages(orders.db, usersOf(run, 50).map(page)));
await timing('lines of 20 orders', (run) => findLines(orders.db, ordersOf(run)));
await timing('points of 20 orders', (run) => readOrderPoints(loyalty.db, ordersOf(run)));
await timing('balance of 1 user', (run) => readTotals(loyalty.db, usersOf(run, 1)));
await timing('history of 1 user', (run) => readHistories(loyalty.db, usersOf(run, 1).map(page)));
await timing('placeOrder, 3 lines, a whole transaction', (run) => placeOrder(orders.db, purchase(run)));
await fillOutbox(100_000);
await timing('lease 100 of 100,000 events', () =>
  leaseEvents(orders.db, { limit: 100, now: new Date(), leaseMs: 30_000 }),
);

// Private:

async function open<Schema>(name: string): Promise<Database<Schema>> {
  await server.createDatabase(name);
  const migrations = new URL(`../services/${name}/migrations/`, import.meta.url);
  return openDatabase<Schema>({ name, url: server.urlOf(name), migrations });
}

async function seeding<Schema>(name: string, { db }: Database<Schema>, seed: () => Promise<unknown>) {
  const startedAt = performance.now();
  await seed();
  const seconds = (performance.now() - startedAt) / 1000;
  const { rows } = await sql<{ mb: number }>`
    select (pg_database_size(current_database()) / 1000000)::integer as mb
  `.execute(db);
  console.log(name.padEnd(8), seconds.toFixed(1).padStart(8), String(rows[0]?.mb).padStart(11));
}

async function timing(name: string, ask: (run: number) => Promise<unknown>) {
  // Prepared statements are planned with each parameter five times before the server settles on a plan.
  for (let run = 0; run < 10; run++) await ask(run);
  const times: number[] = [];
  for (let run = 10; run < RUNS + 10; run++) {
    const startedAt = performance.now();
    await ask(run);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * RUNS)] ?? 0).toFixed(1);
  console.log(name.padEnd(40), at(0.5).padStart(10), at(0.99).padStart(10));
}

/** Far apart, so that no two runs read the same pages. */
function userIndex(run: number): number {
  return (run * 7919) % LARGE_SCALE.users;
}

function usersOf(run: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => demoUserId(userIndex(run * count + index)));
}

function ordersOf(run: number): readonly string[] {
  const found: DemoOrder[] = [];
  for (let user = userIndex(run); found.length < 20; user++) found.push(...demoOrders(user, LARGE_SCALE));
  return found.slice(0, 20).map(({ id }) => id);
}

function purchase(run: number) {
  const products = demoProducts();
  const skus = [0, 1, 2].map((step) => products[(run + 7 * step) % products.length]?.sku ?? '');
  return {
    userId: demoUserId(userIndex(run)),
    lines: skus.map((sku) => ({ sku, quantity: 1 })),
    idempotencyKey: `bench-${run}`,
    placedAt: new Date(),
    traceparent: undefined,
  };
}

async function fillOutbox(events: number) {
  await sql`
    insert into outbox (event_id, order_id, event, created_at, due_at)
    select gen_random_uuid(), gen_random_uuid(), '{}', now(), now() from generate_series(1, ${events}::integer)
  `.execute(orders.db);
}
