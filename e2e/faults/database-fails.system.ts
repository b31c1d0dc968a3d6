import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { HOME_QUERY, type Home } from '../src/home.ts';
import { waitUntil } from '../src/process.ts';
import { SERVICES } from '../src/services.ts';
import { accountOf, placeOrder, productInStock } from '../src/shop.ts';

let database: PostgresqlServer;
let federation: Federation;
let token: string;
let healthy: Home;

beforeAll(async () => {
  database = await startPostgresqlServer();
  for (const name of SERVICES) await database.createDatabase(name);
  federation = await startFederation({
    // What the outbox had in hand when its database died stays with it this long.
    env: { orders: { OUTBOX_LEASE_MS: '1000' } },
    databaseUrls: Object.fromEntries(
      SERVICES.map((name) => [name, { DATABASE_URL: database.urlOf(name) }]),
    ) as never,
  });
  token = await federation.signIn();
  healthy = await home();
  expect(healthy.me?.orders.edges).toHaveLength(20);
});
afterAll(async () => {
  await federation?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

describe.each(['fast', 'immediate'] as const)('when the database is stopped (%s) and comes back', (mode) => {
  it('answers with coded errors meanwhile, no process ends, and goes on by itself', async () => {
    await database.stop(mode);
    const { status, body, durationMs } = await federation.query(HOME_QUERY, { token });
    expect(status).toBe(200);
    expect(body.data).toEqual({ me: null });
    expect(body.errors?.length).toBeGreaterThan(0);
    for (const { extensions } of body.errors ?? []) expect(extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(JSON.stringify(body)).not.toMatch(/ECONNREFUSED|postgres|SELECT/i);
    expect(durationMs).toBeLessThan(10_000);
    for (const service of Object.values(federation.services)) {
      expect((await fetch(`${service.adminUrl}/health/ready`)).status).toBe(503);
      expect((await fetch(`${service.adminUrl}/health/live`)).status).toBe(200);
    }

    await database.start();
    await waitUntil('the answer is whole again', async () => (await home()).me?.loyalty !== null);
    expect(await home()).toEqual(healthy);
  });

  it('has lost no acknowledged order and no point', async () => {
    const { token: customer } = await federation.signUp(`survivor-${mode}`);
    const { sku } = await productInStock(federation, 10);
    const orders = await Promise.all(
      Array.from({ length: 10 }, () => placeOrder(federation, customer, [{ sku, quantity: 1 }])),
    );
    const earned = orders.reduce((sum, order) => sum + Math.floor(Number(order.total.amount)), 0);
    await database.stop(mode);
    await database.start();
    const points = async () => (await accountOf(federation, customer).catch(() => undefined))?.points;
    await waitUntil('every point is there', async () => (await points()) === earned);
  });
});

it('answers in time while the database hangs, and goes on when it does', async () => {
  database.freeze();
  const { body, durationMs } = await federation.query(HOME_QUERY, { token });
  database.thaw();
  expect(body.errors?.length).toBeGreaterThan(0);
  expect(durationMs).toBeLessThan(15_000);
  await waitUntil('the answer is whole again', async () => (await home()).me?.loyalty != null);
  expect(await home()).toEqual(healthy);
});

async function home(): Promise<Home> {
  return (await federation.query(HOME_QUERY, { token })).body.data as Home;
}
