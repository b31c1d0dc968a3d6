import { TributaryError } from '@tributary/errors';
import { SpanKind } from '@tributary/telemetry';
import { recordSpans, testTelemetry } from '@tributary/telemetry/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, type Schema } from '../fixtures/schema.ts';
import { isUniqueViolation } from './index.ts';
import { countStatements, openTestDatabase, type TestDatabase } from './testing.ts';

const telemetry = testTelemetry();
let database: TestDatabase<Schema>;
beforeAll(async () => {
  database = await openTestDatabase<Schema>({ migrations: MIGRATIONS, registry: telemetry.registry });
});
afterAll(() => database?.[Symbol.asyncDispose]());

let lastId = 0n;
const nextThing = () => {
  lastId += 1n;
  return { id: lastId, name: `thing ${lastId}` };
};
const countThings = async () => {
  const { count } = await database.db
    .selectFrom('thing')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

describe('values', () => {
  it('arrive as the documented types, alone and in arrays', async () => {
    const { rows } =
      await sql`SELECT 9007199254740993::bigint AS big, 12.30::numeric AS exact, DATE '2026-03-01' AS day,
      TIMESTAMPTZ '2026-03-01T12:00:00.123+02' AS at, ARRAY[9007199254740993, NULL]::bigint[] AS bigs,
      ARRAY[12.30]::numeric[] AS exacts, '{"a":1}'::jsonb AS json, '2026-03-01 12:00+02'::timestamptz::text AS utc`.execute(
        database.db,
      );
    expect(rows[0]).toEqual({
      big: 9007199254740993n,
      exact: '12.30',
      day: '2026-03-01',
      at: new Date('2026-03-01T10:00:00.123Z'),
      bigs: [9007199254740993n, null],
      exacts: ['12.30'],
      json: { a: 1 },
      utc: '2026-03-01 10:00:00+00',
    });
  });

  it('are accepted as parameters, alone and in arrays', async () => {
    const at = new Date('2026-03-01T10:00:00.123Z');
    const { rows } = await sql`SELECT ${9007199254740993n}::bigint AS big, ${at}::timestamptz AS at,
      ${[1n, 2n]}::bigint[] AS bigs, ${[at]}::timestamptz[] AS ats`.execute(database.db);
    expect(rows[0]).toEqual({ big: 9007199254740993n, at, bigs: [1n, 2n], ats: [at] });
  });

  it('come through in answers of many megabytes', async () => {
    const { rows } = await sql<{
      text: string;
    }>`SELECT repeat('x', 1000) AS text FROM generate_series(1, 20000)`.execute(database.db);
    expect(rows).toHaveLength(20_000);
    expect(rows.every((row) => row.text.length === 1_000)).toBe(true);
  });
});

describe('errors', () => {
  it('of the database keep their SQLSTATE and constraint', async () => {
    const thing = nextThing();
    const insert = () => database.db.insertInto('thing').values(thing).execute();
    await insert();
    const error: unknown = await insert().catch((caught: unknown) => caught);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'thing_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'thing_name_unique')).toBe(false);
  });

  it('leave the connection usable, again and again', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(sql`SELECT 1 / ${0}::int`.execute(database.db)).rejects.toMatchObject({ code: '22012' });
      await expect(sql`SELEC 1`.execute(database.db)).rejects.toMatchObject({ code: '42601' });
      await expect(sql`SELECT 1 AS one`.execute(database.db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
    }
  });

  it('never reach the parallel statements of others', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        sql`SELECT 1 / ${index % 2}::int AS one`.execute(database.db),
      ),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
  });
});

describe('transactions', () => {
  it('roll back when their function throws', async () => {
    const before = await countThings();
    const failing = database.db.transaction().execute(async (trx) => {
      await trx.insertInto('thing').values(nextThing()).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await countThings()).toBe(before);
  });

  it('fail, not commit, when a failed statement in them was overlooked', async () => {
    const before = await countThings();
    const overlooked = database.db.transaction().execute(async (trx) => {
      await trx.insertInto('thing').values(nextThing()).execute();
      await sql`SELECT 1 / 0`.execute(trx).catch(() => {});
    });
    await expect(overlooked).rejects.toThrow();
    expect(await countThings()).toBe(before);
  });

  it('that a client forgot are rolled back when it gives its connection back', async () => {
    const before = await countThings();
    await database.db.connection().execute(async (connection) => {
      await sql`BEGIN`.execute(connection);
      await connection.insertInto('thing').values(nextThing()).execute();
    });
    expect(await countThings()).toBe(before);
    await expect(sql`SELECT 1 AS one`.execute(database.db)).resolves.toBeDefined();
  });

  it('of many callers at once all get their turn', async () => {
    const before = await countThings();
    const insertTwo = () =>
      database.db.transaction().execute(async (trx) => {
        await trx.insertInto('thing').values(nextThing()).execute();
        await trx.insertInto('thing').values(nextThing()).execute();
      });
    await Promise.all(Array.from({ length: 50 }, insertTwo));
    expect(await countThings()).toBe(before + 100n);
  });
});

describe('observation', () => {
  it('gives each statement a CLIENT span with its text and never its values', async () => {
    using spans = recordSpans();
    await database.db.selectFrom('thing').selectAll().where('name', '=', 'top secret').execute();
    const [span] = spans.named('SELECT thing');
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'thing',
      'db.query.text': 'select * from "thing" where "name" = $1',
    });
    expect(JSON.stringify(span?.attributes)).not.toContain('secret');
  });

  it('marks the span of a refused statement with its SQLSTATE', async () => {
    using spans = recordSpans();
    await sql`SELECT 1 / 0`.execute(database.db).catch(() => {});
    expect(spans.named('SELECT')[0]?.attributes).toMatchObject({
      'error.type': '22012',
      'db.response.status_code': '22012',
    });
  });

  it('counts the statements of a function, begin and commit included', async () => {
    const { result, statements } = await countStatements(database, () =>
      database.db
        .transaction()
        .execute(async (trx) => trx.selectFrom('thing').select('id').limit(0).execute()),
    );
    expect(result).toEqual([]);
    expect(statements).toEqual(['begin', 'select "id" from "thing" limit $1', 'commit']);
  });

  it('reports durations by verb, and no connection in use when all is done', async () => {
    await countThings();
    const text = await telemetry.registry.metrics();
    expect(text).toMatch(/db_client_operation_duration_seconds_count\{.*operation="SELECT".*\} \d+/);
    expect(text).toMatch(/db_client_connections_used(\{.*\})? 0/);
    expect(text).toMatch(/db_client_connections_waiting(\{.*\})? 0/);
  });
});

describe('prepared statements', () => {
  it('are used from the second run of a text on', async () => {
    const count = sql`SELECT count(*) AS count FROM pg_prepared_statements WHERE statement LIKE '%prepared?%'`;
    await database.db.connection().execute(async (connection) => {
      for (let run = 0; run < 3; run += 1) await sql`SELECT 'prepared?', ${run}::int`.execute(connection);
      expect((await count.execute(connection)).rows).toEqual([{ count: 1n }]);
    });
  });

  it('that a changed table made invalid fail once and work again', async () => {
    await sql`CREATE TABLE changing (a int)`.execute(database.db);
    const read = () => sql`SELECT * FROM changing`.execute(database.db);
    for (let run = 0; run < 3; run += 1) await read();
    await sql`ALTER TABLE changing ADD COLUMN b int`.execute(database.db);
    await expect(read()).rejects.toMatchObject({ code: '0A000' });
    await expect(read()).resolves.toMatchObject({ rows: [] });
  });
});

describe('a closed database', () => {
  it('answers that it is not available', async () => {
    const closed = await openTestDatabase<Schema>({ migrations: MIGRATIONS });
    await closed.ping();
    await closed[Symbol.asyncDispose]();
    await expect(closed.ping()).rejects.toBeInstanceOf(TributaryError);
    await expect(closed.db.selectFrom('thing').selectAll().execute()).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});
