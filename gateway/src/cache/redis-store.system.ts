import { testTelemetry } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { type CacheEntry, now } from './cache-entry.ts';
import { createRedisStore } from './redis-store.ts';
import { ResponseCache } from './response-cache.ts';
import { type RedisServer, startRedisServer } from './testing/redis-server.ts';
import {
  books,
  callerOf,
  entityRequest,
  failing,
  type Scripted,
  scripted,
} from './testing/scripted-client.ts';

const PUBLIC = 'max-age=60, public';

describe('gateways that share a Redis', () => {
  it('answer what another one has asked for', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await using b = await startReplica(server);
    await a.books.client.send(entityRequest(['1', 'ü']));
    await a.saved(2);
    const { data } = await b.books.client.send(entityRequest(['1', '2', 'ü']));
    expect(data?._entities).toMatchObject([{ id: '1' }, { id: '2' }, { id: 'ü' }]);
    expect(b.books.asked).toEqual(['2']);
  });

  it('give private answers to their own callers only', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server, { cacheControl: 'max-age=60' });
    await using b = await startReplica(server, { cacheControl: 'max-age=60' });
    const ask = async ({ books }: Replica, subject: string) =>
      (await books.client.send(entityRequest(['1'], { caller: callerOf(subject) }))).data?._entities;
    await ask(a, 'mia');
    await a.saved(1);
    expect(await ask(b, 'leo')).toMatchObject([{ for: 'leo' }]);
    expect(await ask(b, 'mia')).toMatchObject([{ for: 'mia' }]);
    expect(b.books.asked).toEqual(['1']);
  });

  it('hear of every invalidation, whoever it came to', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await using b = await startReplica(server);
    await a.books.client.send(entityRequest(['1', '2']));
    await a.saved(2);
    await b.books.client.send(entityRequest(['1', '2']));
    expect(b.books.asked).toEqual([]);
    expect(await b.books.cache.invalidate(['Book:{"id":"2"}'])).toEqual({ entries: 1, isEverywhere: true });
    await expect.poll(() => a.books.cache.size).toBe(1);
    await a.books.client.send(entityRequest(['1', '2']));
    await b.books.client.send(entityRequest(['1', '2']));
    expect(a.books.asked).toEqual(['1 2', '2']);
    // Nor does one that starts later read what was invalidated before: it reads what was kept since.
    await using c = await startReplica(server);
    await c.books.client.send(entityRequest(['1', '2']));
    expect(c.books.asked.length + b.books.asked.length).toBeLessThanOrEqual(1);
  });

  it('do not use what was invalidated, though it is still in there', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await a.books.client.send(entityRequest(['1']));
    await a.saved(1);
    await a.books.cache.invalidate(['type:Book']);
    await using b = await startReplica(server);
    await b.books.client.send(entityRequest(['1']));
    expect(b.books.asked).toEqual(['1']);
  });

  it('put nothing of the other’s into answers that is not whole', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await a.books.client.send(entityRequest(['1', '2', '3']));
    await a.saved(3);
    const names = (await server.redis.keys('tributary:cache:*')).filter(
      (name) => !name.endsWith('invalidations'),
    );
    expect(names).toHaveLength(3);
    const [first = '', second = '', third = ''] = names;
    await server.redis.set(first, '{"v":2}\n{}');
    await server.redis.append(second, ',{"injected":true}');
    await server.redis.set(third, 'x');
    await using b = await startReplica(server);
    await b.books.client.send(entityRequest(['1', '2', '3']));
    expect(b.books.asked).toEqual(['1 2 3']);
  });

  it('name neither subjects nor keys in there', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await a.books.client.send(entityRequest(['secret-id'], { caller: callerOf('mia@example.com') }));
    await a.saved(1);
    for (const name of await server.redis.keys('*')) expect(name).not.toMatch(/mia|secret/);
    expect(
      await server.redis.ttl((await server.redis.keys('tributary:cache:*'))[0] ?? ''),
    ).toBeLessThanOrEqual(60);
  });
});

describe('a Redis that is away', () => {
  it('costs hits and nothing else when it is killed in the middle, and comes back', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await a.books.client.send(entityRequest(['1']));
    await a.saved(1);
    await server.kill();
    for (const id of ['2', '3', '4']) {
      const startedAt = performance.now();
      expect(await a.books.client.send(entityRequest([id]))).toMatchObject({ data: { _entities: [{ id }] } });
      expect(performance.now() - startedAt).toBeLessThan(100);
    }
    expect(await a.books.client.send(entityRequest(['2']))).toBeDefined();
    expect(await a.books.cache.invalidate(['type:Book'])).toEqual({ entries: 4, isEverywhere: false });
    await server.restart();
    await expect
      .poll(() => a.logs.lines.some(({ msg }) => msg === 'the shared cache is back'), POLL)
      .toBe(true);
    await expect
      .poll(async () => {
        await a.books.client.send(entityRequest([crypto.randomUUID()]));
        return (await server.redis.keys('tributary:cache:*')).length;
      }, POLL)
      .toBeGreaterThan(0);
    expect(a.logs.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('is no reason not to start', async () => {
    await using server = await startRedisServer();
    await server.kill();
    await using a = await startReplica(server, { awaitsReady: false });
    await expect.poll(() => a.logs.lines.some(({ level }) => level === 'warn'), POLL).toBe(true);
    await a.books.client.send(entityRequest(['1']));
    await a.books.client.send(entityRequest(['1']));
    expect(a.books.asked).toEqual(['1']);
    await server.restart();
    await expect
      .poll(() => a.logs.lines.some(({ msg }) => msg === 'the shared cache is back'), POLL)
      .toBe(true);
  });

  it('holds nobody up when it takes connections and answers nothing', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    server.freeze();
    const startedAt = performance.now();
    for (let i = 0; i < 50; i++) await a.books.client.send(entityRequest([`${i}`]));
    const ms = performance.now() - startedAt;
    server.resume();
    // Three are waited for, then one in each rest.
    expect(ms).toBeLessThan(400);
    expect(a.books.asked).toHaveLength(50);
  });

  it('makes a gateway forget what it may have missed an invalidation of', async () => {
    await using server = await startRedisServer();
    await using a = await startReplica(server);
    await using b = await startReplica(server);
    await b.books.cache.invalidate(['something']);
    await a.books.client.send(entityRequest(['1']));
    await expect.poll(() => a.books.cache.size).toBe(1);
    await server.restart();
    await expect.poll(() => a.books.cache.size, POLL).toBe(0);
  });
});

it('takes what is stale from there when the subgraph is away', async () => {
  await using server = await startRedisServer();
  await using a = await startReplica(server);
  await using b = await startReplica(server, { cacheControl: 'max-age=0, public, stale-if-error=60' });
  a.books.respond(books('max-age=0, public, stale-if-error=60'));
  await a.books.client.send(entityRequest(['1']));
  await a.saved(1);
  b.books.respond(failing('SUBGRAPH_CIRCUIT_OPEN'));
  const request = entityRequest(['1']);
  expect(await b.books.client.send(request)).toMatchObject({ data: { _entities: [{ id: '1' }] } });
  expect(request.report.degraded).toMatchObject([{ reason: 'STALE' }]);
});

it('keeps ages, whatever clock the other has', async () => {
  await using server = await startRedisServer();
  await using a = await startStore(server);
  await using b = await startStore(server);
  for (const store of [a, b]) await expect.poll(store.isReady, POLL).toBe(true);
  const nowMs = now();
  const entry: CacheEntry = {
    text: '{"a":"\xc3\xbc"}',
    isPrivate: true,
    givenMs: nowMs - 5_000,
    freshUntilMs: nowMs + 10_000,
    revalidateUntilMs: nowMs + 11_000,
    ifErrorUntilMs: nowMs + 12_000,
    tags: ['a'],
  };
  a.store.save('key', entry, a.store.mark);
  await expect.poll(async () => (await b.store.load(['key']))[0]?.text).toBe(entry.text);
  const [loaded] = await b.store.load(['key', 'other']);
  expect(loaded?.isPrivate).toBe(true);
  expect(Math.abs((loaded?.freshUntilMs ?? 0) - entry.freshUntilMs)).toBeLessThan(50);
});

const POLL = { timeout: 20_000 };

async function startStore(server: RedisServer) {
  const { logger, registry, logs } = testTelemetry('gateway');
  const store = createRedisStore({ url: server.url, logger, registry });
  const isReady = async () => {
    await store.load(['probe']);
    return /operations_total\{outcome="miss"/.test(await registry.metrics());
  };
  return { store, registry, logs, isReady, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

interface ReplicaOptions {
  readonly awaitsReady?: boolean;
  readonly cacheControl?: string;
}

interface Replica extends AsyncDisposable {
  readonly books: Scripted;
  readonly logs: ReturnType<typeof testTelemetry>['logs'];
  /** Waits until so many entries of this test are in Redis. */
  saved(count: number): Promise<void>;
}

/** One gateway's cache, as far as Redis can tell. */
async function startReplica(
  server: RedisServer,
  { awaitsReady = true, cacheControl = PUBLIC }: ReplicaOptions = {},
): Promise<Replica> {
  const { store, logs, isReady } = await startStore(server);
  if (awaitsReady) await expect.poll(isReady, POLL).toBe(true);
  const cache = new ResponseCache({ shared: store });
  return {
    books: scripted(books(cacheControl), { cache }),
    logs,
    saved: async (count) => {
      const entries = async () =>
        (await server.redis.keys('tributary:cache:*')).filter((name) => !name.endsWith('invalidations'))
          .length;
      await expect.poll(entries, POLL).toBe(count);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
