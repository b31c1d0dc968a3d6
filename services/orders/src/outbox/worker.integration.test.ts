import { TributaryError } from '@tributary/errors';
import { recordSpans, testTelemetry } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.ts';
import { leaseEvents, readOutboxState } from '../store/outbox.ts';
import { openShop, type Shop } from '../testing.ts';
import type { Receiver } from './receiver.ts';
import { acceptAll, createRecordingReceiver } from './testing.ts';
import { deliverDueEvents, type OutboxWorkerOptions, startOutboxWorker } from './worker.ts';

const LEASE_MS = 30_000;
const NEVER_MS = 2 ** 31 - 1;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.database.db.deleteFrom('outbox').execute();
  await shop.database.db.deleteFrom('dead_letter').execute();
});

const options = (receiver: Receiver, change: Partial<OutboxWorkerOptions> = {}): OutboxWorkerOptions => ({
  db: shop.database.db,
  receiver,
  logger: testTelemetry().logger,
  batchSize: 100,
  leaseMs: LEASE_MS,
  pollMs: NEVER_MS,
  maxAttempts: 5,
  stopGraceMs: NEVER_MS,
  now: shop.clock.now,
  random: () => 0.5,
  ...change,
});

const never = new AbortController().signal;
const deliverWith = (receiver: Receiver, change?: Partial<OutboxWorkerOptions>) =>
  deliverDueEvents(options(receiver, change), never);

const pending = async () => (await readOutboxState(shop.database.db)).pending;

async function newOrders(count: number): Promise<readonly string[]> {
  const { sku } = await shop.addProduct({ stock: count });
  return Promise.all(Array.from({ length: count }, () => shop.order([{ sku, quantity: 1 }])));
}
const cancel = (orderId: string) => shop.commands.changeOrder({ orderId, step: 'cancel', ownerId: null });

describe('one pass over the outbox', () => {
  it('delivers what is due in one batch, and then it is gone', async () => {
    await newOrders(3);
    const receiver = createRecordingReceiver();
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 3, retry: 0, dead: 0 });
    expect(receiver.batches).toHaveLength(1);
    expect(await pending()).toBe(0);
  });

  it('holds no transaction and no lock during a delivery', async () => {
    const [orderId = ''] = await newOrders(1);
    const receiver = createRecordingReceiver();
    receiver.answer = async (events) => {
      // With the embedded database's one connection, this would wait for ever.
      expect(await cancel(orderId)).toMatchObject({ kind: 'changed' });
      return acceptAll(events);
    };
    await deliverWith(receiver);
    expect(await pending()).toBe(1);
  });

  it('keeps the sequence of an order while its first event cannot be delivered', async () => {
    const [orderId = ''] = await newOrders(1);
    await cancel(orderId);
    const receiver = createRecordingReceiver();
    receiver.answer = () => ({ kind: 'unreachable', reason: 'ECONNREFUSED' });
    await deliverWith(receiver);
    await deliverWith(receiver);
    receiver.answer = acceptAll;
    shop.clock.advance(60_000);
    while ((await deliverWith(receiver)).delivered > 0);
    expect(receiver.received().map(({ type }) => type)).toEqual([
      'order.placed',
      'order.placed',
      'order.cancelled',
    ]);
  });

  it('waits longer after each failure, by the clock', async () => {
    await newOrders(1);
    const receiver = createRecordingReceiver();
    receiver.answer = () => ({ kind: 'failed', reason: 'status 500' });
    for (const delayMs of [500, 1_000, 2_000]) {
      expect(await deliverWith(receiver)).toMatchObject({ retry: 1, failure: 'status 500' });
      shop.clock.advance(delayMs - 1);
      expect(await deliverWith(receiver)).toMatchObject({ retry: 0 });
      shop.clock.advance(1);
    }
    expect(receiver.batches).toHaveLength(3);
  });

  it('delivers again what a worker had that died after sending it', async () => {
    await newOrders(1);
    await leaseEvents(shop.database.db, { limit: 1, now: shop.clock.now(), leaseMs: LEASE_MS });
    const receiver = createRecordingReceiver();
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 0 });
    shop.clock.advance(LEASE_MS);
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 1 });
  });

  it('sends again only what a partial answer left out', async () => {
    await newOrders(3);
    const receiver = createRecordingReceiver();
    receiver.answer = (events) => acceptAll(events.slice(0, 2));
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 2, retry: 1 });
    receiver.answer = acceptAll;
    shop.clock.advance(1_000);
    await deliverWith(receiver);
    expect(receiver.batches.map((batch) => batch.length)).toEqual([3, 1]);
  });

  it('buries a rejected event at once, delivers its neighbours, and delivers it after a replay', async () => {
    const [poisoned] = await newOrders(3);
    const receiver = createRecordingReceiver();
    receiver.answer = (events) => ({
      kind: 'answered',
      results: new Map(
        events.map(({ id, orderId }) => [
          id,
          orderId === poisoned ? { kind: 'rejected', reason: 'no such type' } : { kind: 'accepted' },
        ]),
      ),
    });
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 2, dead: 1 });
    expect(await listDeadLetters(shop.database.db, 10)).toMatchObject([
      { event: { orderId: poisoned }, reason: 'rejected: no such type' },
    ]);

    receiver.answer = acceptAll;
    await replayDeadLetters(shop.database.db, 'all', shop.clock.now());
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 1 });
    expect(await readOutboxState(shop.database.db)).toMatchObject({ pending: 0, deadLetters: 0 });
  });

  it('buries an event that makes the receiver fail, after its last attempt, and nobody else', async () => {
    const [poisoned] = await newOrders(8);
    const receiver = createRecordingReceiver();
    receiver.answer = (events) =>
      events.some(({ orderId }) => orderId === poisoned)
        ? { kind: 'failed', reason: 'status 500' }
        : acceptAll(events);
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 7, retry: 1 });
    for (let attempt = 2; attempt <= 5; attempt++) {
      shop.clock.advance(300_000);
      await deliverWith(receiver);
    }
    expect(await listDeadLetters(shop.database.db, 10)).toMatchObject([
      { event: { orderId: poisoned }, attempts: 5, reason: 'given up after 5 attempts: status 500' },
    ]);
  });

  it('puts each delivery into the trace of the request that made the event', async () => {
    await newOrders(2);
    const traceparents = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'].map(
      (traceId) => `00-${traceId}-b7ad6b7169203331-01`,
    );
    const rows = await shop.database.db.selectFrom('outbox').select('sequence').orderBy('sequence').execute();
    for (const [index, { sequence }] of rows.entries()) {
      const traceparent = traceparents[index] ?? null;
      await shop.database.db
        .updateTable('outbox')
        .set({ traceparent })
        .where('sequence', '=', sequence)
        .execute();
    }
    using spans = recordSpans();
    await deliverWith(createRecordingReceiver());
    const sent = spans.named('send order.placed');
    expect(
      sent.map((span) => traceparents.findIndex((text) => text.includes(span.spanContext().traceId))),
    ).toEqual([0, 1]);
    expect(sent[1]?.links[0]?.context.spanId).toBe(sent[0]?.spanContext().spanId);
  });
});

describe('two workers on one outbox', () => {
  it('lose nothing and keep the sequence of each order, with a receiver that fails now and then', async () => {
    const ids = await newOrders(30);
    await Promise.all(ids.map(cancel));
    const receiver = createRecordingReceiver();
    let calls = 0;
    const accepted: string[] = [];
    receiver.answer = (events) => {
      calls++;
      if (calls % 3 === 0) return { kind: 'unreachable', reason: 'ECONNRESET' };
      const part = calls % 5 === 0 ? events.slice(1) : events;
      accepted.push(...part.map(({ orderId, type }) => `${orderId} ${type}`));
      return acceptAll(part);
    };
    while ((await pending()) > 0) {
      await Promise.all([1, 2].map(() => deliverWith(receiver, { batchSize: 4, maxAttempts: 1000 })));
      shop.clock.advance(60_000);
    }
    expect(accepted.toSorted()).toEqual(
      ids.flatMap((id) => [`${id} order.placed`, `${id} order.cancelled`]).toSorted(),
    );
    for (const id of ids) {
      expect(accepted.indexOf(`${id} order.placed`)).toBeLessThan(accepted.indexOf(`${id} order.cancelled`));
    }
  });
});

describe('the running worker', () => {
  it('delivers at once when it is woken, and drains what is there in one go', async () => {
    const receiver = createRecordingReceiver();
    await using worker = startOutboxWorker(options(receiver, { batchSize: 2 }));
    const [orderId = ''] = await newOrders(5);
    await cancel(orderId);
    worker.wake();
    await receiver.seen(6);
    expect(receiver.received()).toHaveLength(6);
  });

  it('finds events by itself when nobody wakes it', async () => {
    const receiver = createRecordingReceiver();
    await using _worker = startOutboxWorker(options(receiver, { pollMs: 5 }));
    await newOrders(1);
    await receiver.seen(1);
  });

  it('does not answer an outage with a storm of requests', async () => {
    await newOrders(50);
    const receiver = createRecordingReceiver();
    receiver.answer = () => ({ kind: 'unreachable', reason: 'ECONNREFUSED' });
    const worker = startOutboxWorker(options(receiver, { batchSize: 10 }));
    await receiver.seen(1);
    await worker[Symbol.asyncDispose]();
    expect(receiver.batches).toHaveLength(1);
  });

  it('outlives a database that is away', async () => {
    await newOrders(1);
    const receiver = createRecordingReceiver();
    const { logger, logs } = testTelemetry();
    let calls = 0;
    const now = () => {
      // The first look at the outbox fails as it does while the database is away.
      if (calls++ === 0)
        throw new TributaryError('SERVICE_UNAVAILABLE', 'The database is not available now.');
      return shop.clock.now();
    };
    await using _worker = startOutboxWorker(options(receiver, { pollMs: 5, logger, now }));
    await receiver.seen(1);
    expect(logs.lines[0]).toMatchObject({ level: 'warn', failure: 'The database is not available now.' });
  });

  it('finishes the batch in flight before it stops', async () => {
    await newOrders(1);
    const receiver = createRecordingReceiver();
    const { promise: release, resolve } = Promise.withResolvers<void>();
    receiver.answer = async (events) => {
      await release;
      return acceptAll(events);
    };
    const worker = startOutboxWorker(options(receiver));
    await receiver.seen(1);
    const stopped = worker[Symbol.asyncDispose]();
    resolve();
    await stopped;
    expect(await pending()).toBe(0);
  });

  it('stops though the receiver hangs, and leaves the batch to the next worker', async () => {
    await newOrders(1);
    const receiver = createRecordingReceiver();
    receiver.answer = async (_events, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve());
      await promise;
      return { kind: 'unreachable', reason: 'cut off' };
    };
    const worker = startOutboxWorker(options(receiver, { stopGraceMs: 1 }));
    await receiver.seen(1);
    await worker[Symbol.asyncDispose]();
    receiver.answer = acceptAll;
    shop.clock.advance(LEASE_MS);
    expect(await deliverWith(receiver)).toMatchObject({ delivered: 1 });
  });
});
