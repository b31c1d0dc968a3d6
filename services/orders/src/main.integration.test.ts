import { openDatabase } from '@tributary/database';
import { openTestPlace } from '@tributary/database/testing';
import { DEMO_SCALE, demoProducts } from '@tributary/demo-data';
import { testIdentity } from '@tributary/identity/testing';
import { startTestProcess, type TestProcess } from '@tributary/lifecycle/testing';
import { postAs, signedIn } from '@tributary/subgraph/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { applyAll, startEventsServer } from './outbox/testing.ts';
import type { Tables } from './store/tables.ts';

const MAIN = new URL('main.ts', import.meta.url);
const SEEDING = { msg: 'progress', step: 'seeding orders' };
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const gateway = await testIdentity({ audience: 'orders', issuer: 'gateway' });
const orders = await testIdentity({ audience: 'loyalty', issuer: 'orders' });

describe('the process', () => {
  it('names every fault of its environment at once, and shows no secret', async () => {
    await using service = startTestProcess(MAIN, {
      PORT: 'http',
      NODE_ENV: 'production',
      SEED_DEMO_DATA: 'demo',
      DATABASE_URL: 'mysql://root:hunter2@db/orders',
      ORDERS_PRIVATE_JWK: '{"d":"hunter2"}',
      LOYALTY_EVENTS_URL: 'loyalty:4003',
      OUTBOX_BATCH: '0',
    });
    const { code, stderr } = await service.end;
    expect(code).toBe(1);
    expect(stderr).not.toContain('hunter2');
    const named = stderr.split('\n').flatMap((line) => /^ {2}(\w+):/.exec(line)?.[1] ?? []);
    expect(new Set(named)).toEqual(
      new Set([
        'PORT',
        'DATABASE_URL',
        'GATEWAY_JWKS',
        'ORDERS_PRIVATE_JWK',
        'LOYALTY_EVENTS_URL',
        'OUTBOX_BATCH',
        'SEED_DEMO_DATA',
      ]),
    );
  });

  it('sends an event again that was on its way when kill -9 came, and once it is confirmed no more', {
    timeout: 90_000,
  }, async () => {
    let isAway = true;
    await using loyalty = await startEventsServer((request, response) => {
      if (!isAway) applyAll(request, response);
    });
    await using place = await openPlace({ LOYALTY_EVENTS_URL: loyalty.url, SEED_DEMO_DATA: 'demo' });
    {
      await using killed = startTestProcess(MAIN, place.env);
      await placeOrder(killed);
      // After the commit and before the confirmation: loyalty has the event and never answers.
      await loyalty.seen(1);
    }
    isAway = false;
    await using restarted = startTestProcess(MAIN, place.env);
    await loyalty.seen(2);
    restarted.kill('SIGTERM');
    expect(await restarted.end).toEqual({ code: 0, stderr: '' });

    const [first, second] = loyalty.requests;
    expect(first?.events).toHaveLength(1);
    expect(second?.events).toEqual(first?.events);
    for (const { headers } of loyalty.requests) expect(headers.traceparent).toContain(TRACE_ID);
    expect(await place.count('outbox')).toBe(0);
  });

  it('goes on with a seed that was killed, and one that Ctrl-C stopped', { timeout: 90_000 }, async () => {
    await using place = await openPlace({ SEED_DEMO_DATA: 'demo' });
    {
      await using killed = startTestProcess(MAIN, place.env);
      await killed.logged(SEEDING);
    }
    {
      await using interrupted = startTestProcess(MAIN, place.env);
      await interrupted.logged(SEEDING);
      interrupted.kill('SIGINT');
      expect(await interrupted.end).toEqual({ code: 0, stderr: '' });
    }
    {
      await using finished = startTestProcess(MAIN, place.env);
      await finished.logged({ msg: 'ready' });
      finished.kill('SIGTERM');
      await finished.end;
    }
    expect(await place.count('customer_order')).toBe(DEMO_SCALE.orders);
    expect(await place.count('product')).toBe(demoProducts().length);
  });
});

/** A place for the database, and the process's variables for it. */
async function openPlace(env: Readonly<Record<string, string>>) {
  const place = await openTestPlace();
  return {
    env: {
      PORT: '0',
      GATEWAY_JWKS: JSON.stringify(gateway.keys.publicJwks),
      ORDERS_PRIVATE_JWK: JSON.stringify(orders.keys.privateJwk),
      OUTBOX_LEASE_MS: '1000',
      OUTBOX_POLL_MS: '50',
      ...place.env,
      ...env,
    },
    /** Rows of a table, when no process has the database open. */
    async count(table: keyof Tables) {
      const { directory, url } = place;
      const migrations = new URL('../migrations/', import.meta.url);
      await using opened = await openDatabase<Tables>({ name: 'test', migrations, directory, url });
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from ${sql.table(table)}
      `.execute(opened.db);
      return rows[0]?.count;
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/** Through the front door, of a product of the demo data. */
async function placeOrder(service: TestProcess): Promise<void> {
  const { url } = await service.logged({ msg: 'ready' });
  const query = `mutation ($sku: String!) {
    placeOrder(input: { lines: [{ sku: $sku, quantity: 1 }] }) { __typename }
  }`;
  const variables = { sku: demoProducts()[0]?.sku };
  const answer = await postAs(
    String(url),
    gateway.signer,
    signedIn(crypto.randomUUID()),
    { query, variables },
    {
      audience: 'orders',
      headers: { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` },
    },
  );
  expect(answer).toMatchObject({ data: { placeOrder: { __typename: 'PlaceOrderSuccess' } }, errors: [] });
}
