import { type AdminServer, startAdminServer } from '@tributary/admin';
import { testTelemetry } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderStepRoute } from '../order-step-route.ts';
import { leaseEvents, settleEvents } from '../store/outbox.ts';
import { openShop, type Shop } from '../testing.ts';
import { deadLetterRoutes } from './admin-routes.ts';
import { observeOutbox } from './metrics.ts';

let shop: Shop;
let admin: AdminServer;
let wakes = 0;
beforeAll(async () => {
  shop = await openShop();
  const { registry } = testTelemetry('orders');
  const { db } = shop.database;
  observeOutbox(registry, db, shop.clock.now);
  admin = await startAdminServer({
    host: '127.0.0.1',
    port: 0,
    registry,
    readiness: () => ({ isReady: true, checks: {} }),
    routes: [
      ...deadLetterRoutes(db, { now: shop.clock.now, wake: () => wakes++ }),
      orderStepRoute(shop.commands),
    ],
  });
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const get = async (path: string) => (await fetch(`${admin.url}${path}`)).json();
async function post(path: string, body: unknown) {
  const response = await fetch(`${admin.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function newOrder(): Promise<string> {
  const { sku } = await shop.addProduct();
  return shop.order([{ sku, quantity: 1 }]);
}

it('shows dead letters and replays them', async () => {
  await newOrder();
  const now = shop.clock.now();
  const { id, events } = await leaseEvents(shop.database.db, { limit: 10, now, leaseMs: 1000 });
  const dead = events.map(({ sequence }) => ({ sequence, reason: 'rejected: no' }));
  await settleEvents(shop.database.db, id, { delivered: [], retry: [], dead }, now);

  const eventId = events[0]?.event.id;
  expect(await get('/dead-letters')).toMatchObject({
    deadLetters: [{ event: { id: eventId }, attempts: 1, reason: 'rejected: no' }],
  });
  expect(await post('/dead-letters/replay', { ids: [eventId] })).toEqual({
    status: 200,
    body: { replayed: 1 },
  });
  expect(wakes).toBe(1);
  expect(await post('/dead-letters/replay', { all: true })).toEqual({ status: 200, body: { replayed: 0 } });
  expect(await get('/dead-letters')).toEqual({ deadLetters: [] });
});

it.each([undefined, {}, { all: false }, { ids: [] }, { ids: ['x'] }, { all: true, ids: [] }])(
  'refuses to replay %j',
  async (body) => {
    expect(await post('/dead-letters/replay', body)).toMatchObject({ status: 400 });
  },
);

it('tells how much is waiting and for how long', async () => {
  await shop.database.db.deleteFrom('outbox').execute();
  await newOrder();
  shop.clock.advance(90_000);
  const text = await (await fetch(`${admin.url}/metrics`)).text();
  expect(text).toContain('outbox_pending{service="orders"} 1');
  expect(text).toContain('outbox_oldest_age_seconds{service="orders"} 90');
  expect(text).toContain('outbox_dead_letters{service="orders"} 0');
});

it('moves an order on for payment and warehouse, and refuses impossible steps', async () => {
  const id = await newOrder();
  expect(await post('/orders/step', { id, step: 'ship' })).toMatchObject({
    status: 409,
    body: { status: 'PLACED' },
  });
  expect(await post('/orders/step', { id, step: 'pay' })).toEqual({
    status: 200,
    body: { id, status: 'PAID' },
  });
  expect(await post('/orders/step', { id: crypto.randomUUID(), step: 'pay' })).toMatchObject({ status: 404 });
  expect(await post('/orders/step', { id, step: 'explode' })).toMatchObject({ status: 400 });
});
