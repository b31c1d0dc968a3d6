import { createDeadline, type OwnedDeadline, runWithin } from '@tributary/deadline';
import { recordSpans, testTelemetry } from '@tributary/telemetry/testing';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MIGRATIONS, type Schema } from '../fixtures/schema.ts';
import { type Database, openDatabase } from './index.ts';
import { type PostgresqlServer, startPostgresqlServer } from './testing.ts';

const POOL_SIZE = 5;
const SERVICE_TIMEOUT = { code: 'SERVICE_TIMEOUT' };
const REQUEST_CANCELLED = { code: 'REQUEST_CANCELLED' };

let server: PostgresqlServer;
let database: Database<Schema>;
/** A session of its own, outside the pool: what it sees, the pool's statements have really done. */
let observer: pg.Client;
const telemetry = testTelemetry();
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  server = stack.use(await startPostgresqlServer());
  database = stack.use(await open());
  observer = new pg.Client({ connectionString: server.url });
  await observer.connect();
  stack.defer(() => observer.end());
});
afterAll(() => stack.disposeAsync());

const open = (options: { poolSize?: number } = {}) =>
  openDatabase<Schema>({
    name: 'test',
    url: server.url,
    migrations: MIGRATIONS,
    poolSize: POOL_SIZE,
    registry: telemetry.registry,
    ...options,
  });

/** The pool's statements that run now, by the server's own account. */
async function running(): Promise<readonly string[]> {
  await observer.query('SELECT pg_stat_clear_snapshot()'); // else a transaction keeps what it saw first
  const { rows } = await observer.query<{ query: string }>(
    `SELECT query FROM pg_stat_activity WHERE application_name = 'test' AND state <> 'idle'`,
  );
  return rows.map(({ query }) => query);
}

const untilRunning = (count: number) =>
  vi.waitFor(async () => expect(await running()).toHaveLength(count), { timeout: 5_000, interval: 5 });
const untilNothingRuns = () => untilRunning(0);

const sleepForMinutes = (db: Kysely<Schema>) => sql`SELECT pg_sleep(600)`.execute(db);
const answer = async (db: Kysely<Schema>, number: number) => {
  const { rows } = await sql<{ number: number }>`SELECT ${number}::int AS number`.execute(db);
  return rows[0]?.number;
};

/** Every connection of the pool at once, and each answers. */
async function expectHealthyPool(): Promise<void> {
  const { promise: allIn, resolve } = Promise.withResolvers<void>();
  let inside = 0;
  const answers = Array.from({ length: POOL_SIZE }, (_, number) =>
    database.db.connection().execute(async (connection) => {
      inside += 1;
      if (inside === POOL_SIZE) resolve();
      await allIn;
      return answer(connection as Kysely<Schema>, number);
    }),
  );
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4]);
  const metrics = await telemetry.registry.metrics();
  expect(metrics).toMatch(/db_client_connections_used{[^}]*} 0/);
  expect(metrics).toMatch(/db_client_connections_waiting{[^}]*} 0/);
}

const codeOf = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === 'fulfilled' ? 'ok' : outcome.reason.code;

async function countOfThing(id: bigint) {
  const { rowCount } = await observer.query('SELECT FROM thing WHERE id = $1', [id]);
  return rowCount;
}

describe('a statement of a request', () => {
  it('is cancelled on the server when the time is up, and the wait for it ends then', async () => {
    using spans = recordSpans();
    using deadline = createDeadline(100);
    const started = performance.now();
    await expect(runWithin(deadline, () => sleepForMinutes(database.db))).rejects.toMatchObject(
      SERVICE_TIMEOUT,
    );
    expect(performance.now() - started).toBeLessThan(1_000);
    await untilNothingRuns();
    expect(spans.named('SELECT')[0]?.attributes).toMatchObject({
      'error.type': 'SERVICE_TIMEOUT',
      'tributary.cancelled_by': 'deadline',
    });
    await expectHealthyPool();
    expect(await telemetry.registry.metrics()).toMatch(
      /db_client_cancellations_total{end="deadline",outcome="cancelled"[^}]*} 1/,
    );
  });

  it('is cancelled on the server when the caller goes', async () => {
    using deadline = createDeadline();
    const sleeping = runWithin(deadline, () => sleepForMinutes(database.db));
    await untilRunning(1);
    deadline.disconnect();
    await expect(sleeping).rejects.toMatchObject(REQUEST_CANCELLED);
    await untilNothingRuns();
    await expectHealthyPool();
  });

  it('is not begun after the end', async () => {
    using deadline = createDeadline(0);
    using _statements = database.observeStatements(() => expect.unreachable());
    await expect(runWithin(deadline, () => answer(database.db, 1))).rejects.toMatchObject(SERVICE_TIMEOUT);
  });

  it('waits for a lock no longer than it has time', async () => {
    await observer.query('BEGIN; LOCK TABLE thing');
    using deadline = createDeadline(100);
    const waiting = runWithin(deadline, () => database.db.selectFrom('thing').selectAll().execute());
    await expect(waiting).rejects.toMatchObject(SERVICE_TIMEOUT);
    await untilNothingRuns();
    await observer.query('ROLLBACK');
    await expectHealthyPool();
  });

  it('is ended by the server alone when this process cannot: statement_timeout follows the time left', async () => {
    await using single = await open({ poolSize: 1 });
    const settingWithin = (budgetMs?: number) => {
      using deadline = createDeadline(budgetMs);
      return runWithin(budgetMs === undefined ? undefined : deadline, async () => {
        const { rows } = await sql<{ statement_timeout: string }>`SHOW statement_timeout`.execute(single.db);
        return rows[0]?.statement_timeout;
      });
    };
    expect(await settingWithin(undefined)).toBe('30s');
    expect(await settingWithin(500)).toBe('1s');
    expect(await settingWithin(3_000)).toBe('4s');
    expect(await settingWithin(2_000)).toBe('4s');
    expect(await settingWithin(10_000)).toBe('16s');
    expect(await settingWithin(undefined)).toBe('30s');
  });
});

describe('a transaction of a request', () => {
  it('that is cancelled is rolled back whole, and gives its locks back', async () => {
    using deadline = createDeadline();
    const transaction = runWithin(deadline, () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values({ id: 1n, name: 'lost' }).execute();
        await sleepForMinutes(trx);
      }),
    );
    await untilRunning(1);
    deadline.disconnect();
    await expect(transaction).rejects.toMatchObject(REQUEST_CANCELLED);
    await untilNothingRuns();
    expect(await countOfThing(1n)).toBe(0);
    await observer.query('BEGIN; LOCK TABLE thing NOWAIT; ROLLBACK');
    await expectHealthyPool();
  });

  it('is rolled back at the end even while its function is busy with something else', async () => {
    using deadline = createDeadline();
    const inserted = Promise.withResolvers<void>();
    const elsewhere = Promise.withResolvers<void>();
    const transaction = runWithin(deadline, () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values({ id: 2n, name: 'lost' }).execute();
        inserted.resolve();
        await elsewhere.promise;
      }),
    );
    await inserted.promise;
    expect(await running()).toHaveLength(1);
    deadline.disconnect();
    await untilNothingRuns();
    elsewhere.resolve();
    await expect(transaction).rejects.toMatchObject(REQUEST_CANCELLED);
    expect(await countOfThing(2n)).toBe(0);
    await expectHealthyPool();
  });

  it('is not cancelled once its commit has been sent, and tells of it', async () => {
    // The commit takes as long as the test wants: a deferred constraint waits for a lock.
    await observer.query(`
      CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.name = 'slow') EXECUTE FUNCTION wait_for_test();
      SELECT pg_advisory_lock(77)`);
    using deadline = createDeadline();
    const transaction = runWithin(deadline, () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values({ id: 3n, name: 'slow' }).execute();
        return 'committed';
      }),
    );
    await vi.waitFor(async () => expect(await running()).toEqual(['commit']));
    deadline.disconnect();
    await observer.query('SELECT pg_advisory_unlock(77)');
    expect(await transaction).toBe('committed');
    expect(await countOfThing(3n)).toBe(1);
    await expectHealthyPool();
  });

  it('is bounded by a timeout of its own, at no further round trip', async () => {
    await using single = await open({ poolSize: 1 });
    using deadline = createDeadline(1_500);
    const show = async (db: Kysely<Schema>) =>
      (await sql<{ statement_timeout: string }>`SHOW statement_timeout`.execute(db)).rows[0]
        ?.statement_timeout;
    const inside = await runWithin(deadline, () => single.db.transaction().execute(show));
    expect([inside, await show(single.db)]).toEqual(['2s', '30s']);
  });
});

describe('a cancel request', () => {
  it('never hits the next statement of its connection', async () => {
    await using single = await open({ poolSize: 1 });
    const outcomes = new Map<unknown, number>();
    // Each round cancels a little later: before, while and after its statement of about 2 ms ends.
    for (let round = 0; round < 400; round += 1) {
      using deadline = createDeadline();
      const racing = runWithin(deadline, () => sql`SELECT pg_sleep(0.002)`.execute(single.db)).then(
        () => 'completed',
        (error) => error.code,
      );
      const disconnectAt = performance.now() + (round % 40) * 0.1;
      while (performance.now() < disconnectAt) await new Promise((resolve) => setImmediate(resolve));
      deadline.disconnect();
      const outcome = await racing;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      // The one connection, at once.
      expect(await answer(single.db, round)).toBe(round);
    }
    // A stray cancel would be a third outcome: SERVICE_UNAVAILABLE, for a statement that nobody gave up.
    expect([...outcomes.keys()].sort()).toEqual(['REQUEST_CANCELLED', 'completed']);
    expect(Math.min(...outcomes.values())).toBeGreaterThan(20);
  });
});

describe('the pool', () => {
  it('lets nobody wait for a connection longer than there is time, and forgets who went', async () => {
    const holders = createDeadline();
    const held = Array.from({ length: POOL_SIZE }, () =>
      runWithin(holders, () => sleepForMinutes(database.db)),
    );
    await untilRunning(POOL_SIZE);
    using deadline = createDeadline(50);
    const waiting = Array.from({ length: 200 }, () => runWithin(deadline, () => answer(database.db, 1)));
    const outcomes = await Promise.allSettled(waiting);
    const codes = new Set(outcomes.map(codeOf));
    expect([...codes]).toEqual(['SERVICE_TIMEOUT']);
    expect(await running()).toHaveLength(POOL_SIZE);
    holders.disconnect();
    await Promise.allSettled(held);
    await untilNothingRuns();
    await expectHealthyPool();
  });

  it('loses no connection to 1,000 requests that end at any moment', async () => {
    const deadlines: OwnedDeadline[] = [];
    const requests = Array.from({ length: 1_000 }, (_, index) => {
      const deadline = createDeadline(index % 3 === 0 ? (index % 50) + 1 : undefined);
      deadlines.push(deadline);
      return runWithin(deadline, () =>
        database.db.transaction().execute(async (trx) => {
          await trx
            .insertInto('thing')
            .values({ id: BigInt(1_000 + index), name: `aborted ${index}` })
            .execute();
          await sql`SELECT pg_sleep(${index % 2 === 0 ? 60 : 0.001}::float)`.execute(trx);
          await trx
            .deleteFrom('thing')
            .where('id', '=', BigInt(1_000 + index))
            .execute();
        }),
      );
    });
    const leaving = (async () => {
      for (const deadline of deadlines) {
        await new Promise((resolve) => setImmediate(resolve));
        deadline.disconnect();
      }
    })();
    const outcomes = await Promise.allSettled(requests);
    await leaving;
    const codes = new Set(outcomes.map(codeOf));
    expect(codes.isSubsetOf(new Set(['ok', 'SERVICE_TIMEOUT', 'REQUEST_CANCELLED']))).toBe(true);
    await untilNothingRuns();
    await expectHealthyPool();
    const { rows } = await observer.query(
      `SELECT count(*)::int AS left FROM thing WHERE name LIKE 'aborted%'`,
    );
    expect(rows).toEqual([{ left: 0 }]);
  });

  it('gives up on a server that is silent, and is whole again once it answers', async () => {
    await database.ping();
    server.freeze();
    using _thaw = { [Symbol.dispose]: () => server.thaw() };
    using deadline = createDeadline(100);
    const started = performance.now();
    await expect(runWithin(deadline, () => answer(database.db, 1))).rejects.toMatchObject(SERVICE_TIMEOUT);
    expect(performance.now() - started).toBeLessThan(1_000);
    // Only then is the connection closed, and its place free for another.
    await vi.waitFor(
      async () => expect(await telemetry.registry.metrics()).toMatch(/db_client_connections_used{[^}]*} 0/),
      { timeout: 5_000 },
    );
    server.thaw();
    await untilNothingRuns();
    await expectHealthyPool();
    expect(await telemetry.registry.metrics()).toMatch(/outcome="abandoned"[^}]*} 1/);
  });
});
