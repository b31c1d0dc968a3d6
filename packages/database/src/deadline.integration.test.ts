import { createDeadline, runWithin } from '@tributary/deadline';
import { withSpan } from '@tributary/telemetry';
import { recordSpans, testTelemetry } from '@tributary/telemetry/testing';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, type Schema } from '../fixtures/schema.ts';
import { openTestDatabase, type TestDatabase } from './testing.ts';

const { registry } = testTelemetry();
let database: TestDatabase<Schema>;
beforeAll(async () => {
  database = await openTestDatabase<Schema>({ migrations: MIGRATIONS, poolSize: 1, registry });
});
afterAll(() => database?.[Symbol.asyncDispose]());

/** Computes for about a second, which an embedded server cannot be stopped from. */
const compute = (db: Kysely<Schema>) => sql`SELECT sum(i) FROM generate_series(1, 3000000) AS i`.execute(db);
const countThings = async () => (await database.db.selectFrom('thing').select('id').execute()).length;

describe('a database with one connection, within a deadline', () => {
  it('lets nobody wait longer than there is time, and gives its connection on when the statement has ended', async () => {
    using deadline = createDeadline(20);
    const started = performance.now();
    const computing = runWithin(deadline, () => compute(database.db)).catch((error: unknown) => {
      return { error, afterMs: performance.now() - started };
    });
    const next = sql`SELECT 1 AS one`.execute(database.db);
    const outcome = await Promise.race([computing, next]);
    expect(outcome).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
    expect(await next).toMatchObject({ rows: [{ one: 1 }] });
  });

  it('rolls a transaction back that outlived its request', async () => {
    using deadline = createDeadline();
    const transaction = runWithin(deadline, () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values({ id: 1n, name: 'lost' }).execute();
        const computing = compute(trx);
        setImmediate(() => deadline.disconnect());
        await computing;
      }),
    );
    await expect(transaction).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(await countThings()).toBe(0);
  });

  it('begins nothing more in a transaction that ignores the end', async () => {
    using deadline = createDeadline();
    const statements: string[] = [];
    const transaction = runWithin(deadline, () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values({ id: 2n, name: 'lost' }).execute();
        deadline.disconnect();
        using _observer = database.observeStatements((text) => statements.push(text));
        await trx
          .deleteFrom('thing')
          .execute()
          .catch(() => {});
        return 'as if nothing had been';
      }),
    );
    await expect(transaction).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect([statements, await countThings()]).toEqual([[], 0]);
  });

  it('lets nobody wait for the one connection longer than there is time, and tells of the wait in vain', async () => {
    using deadline = createDeadline(20);
    using spans = recordSpans();
    await database.db.connection().execute(async () => {
      const waiting = runWithin(deadline, () => withSpan('caller', {}, countThings));
      await expect(waiting).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' });
    });
    expect(await countThings()).toBe(0);
    expect(spans.named('caller')[0]?.attributes).toMatchObject({
      'tributary.no_connection': 'SERVICE_TIMEOUT',
    });
    expect(await registry.metrics()).toMatch(
      /db_client_connect_failures_total\{code="SERVICE_TIMEOUT".*\} [1-9]/,
    );
  });

  it('bounds only what runs within it', async () => {
    using deadline = createDeadline(0);
    await runWithin(deadline, async () => {
      await expect(countThings()).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' });
      expect(await runWithin(undefined, countThings)).toBe(0);
    });
  });

  it('keeps its one connection through 1,000 requests that end at any moment', async () => {
    const requests = Array.from({ length: 1_000 }, (_, index) => {
      const deadline = createDeadline((index % 20) + 1);
      return runWithin(deadline, () => countThings()).finally(() => deadline[Symbol.dispose]());
    });
    await Promise.allSettled(requests);
    await database.ping();
    expect(await countThings()).toBe(0);
  });
});
