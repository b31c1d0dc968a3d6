import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationFolder } from '../fixtures/migration-folder.ts';
import { MIGRATIONS, type Schema } from '../fixtures/schema.ts';
import { openDatabase } from './index.ts';
import { migrate } from './migrate.ts';
import { type PostgresqlServer, startPostgresqlServer } from './testing.ts';

const open = (
  url: string,
  options: { connectTimeoutMs?: number; statementTimeoutMs?: number; migrations?: URL } = {},
) => openDatabase<Schema>({ name: 'test', url, migrations: MIGRATIONS, ...options });

// The embedded server cannot be restarted or shared between processes.
describe('a PostgreSQL server', () => {
  let server: PostgresqlServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startPostgresqlServer();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  const emptyDatabase = async () => {
    databases += 1;
    await server.createDatabase(`test_${databases}`);
    return server.urlOf(`test_${databases}`);
  };

  it.each(['fast', 'immediate'] as const)(
    'that restarts (%s) costs the statements of that moment only',
    async (mode) => {
      await using database = await open(server.url);
      const sleeping = sql`SELECT pg_sleep(60)`.execute(database.db);
      await Promise.all(Array.from({ length: 5 }, () => database.ping()));
      await Promise.all([
        expect(sleeping).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' }),
        server.stop(mode),
      ]);
      await expect(database.ping()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      await expect(sql`SELECT 1`.execute(database.db)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      await server.start();
      await database.ping();
      await expect(sql`SELECT 1 AS one`.execute(database.db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
    },
  );

  it('that goes away in the middle of a transaction fails that transaction', async () => {
    await using database = await open(server.url);
    const transaction = database.db.transaction().execute(async (trx) => {
      await sql`SELECT 1`.execute(trx);
      await server.stop('immediate');
      await sql`SELECT 2`.execute(trx);
    });
    await expect(transaction).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await server.start();
    await database.ping();
  });

  it('cancels a statement that runs too long, and the connection stays usable', async () => {
    await using database = await open(server.url, { statementTimeoutMs: 100 });
    await expect(sql`SELECT pg_sleep(60)`.execute(database.db)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    await database.ping();
  });

  it('does not let a statement wait for ever when all connections are in use', async () => {
    await using database = await openDatabase<Schema>({
      name: 'test',
      url: server.url,
      migrations: MIGRATIONS,
      poolSize: 1,
      connectTimeoutMs: 100,
    });
    await database.db.transaction().execute(async () => {
      await expect(database.ping()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    });
    await database.ping();
  });

  it('gets each migration once when several processes start at the same time', async () => {
    using folder = migrationFolder({
      '0001-slow.sql': 'CREATE TABLE slow (id int); SELECT pg_sleep(0.2);',
      '0002-next.sql': 'CREATE TABLE next (id int);',
    });
    const url = await emptyDatabase();
    await using stack = new AsyncDisposableStack();
    const opened = await Promise.all(
      Array.from({ length: 5 }, async () => stack.use(await open(url, { migrations: folder.url }))),
    );
    const { rows } = await sql`SELECT name FROM schema_migration ORDER BY number`.execute(
      opened[0]?.db ?? raise(),
    );
    expect(rows).toEqual([{ name: '0001-slow' }, { name: '0002-next' }]);
  });

  it('behind a pooler that gives each transaction another connection keeps no lock after migrations', async () => {
    const url = await emptyDatabase();
    await using pooler = await transactionPooler(url);
    await expect(migrate(pooler.client, MIGRATIONS)).resolves.toHaveLength(2);
    await expect(migrate(pooler.client, MIGRATIONS)).resolves.toEqual([]);
    const { rows } = await pooler.client.query(
      `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
       WHERE locktype = 'advisory' AND datname = current_database()`,
    );
    expect(rows).toEqual([]);
  });

  it('refuses an edited migration and keeps nothing of a failing one', async () => {
    const url = await emptyDatabase();
    using good = migrationFolder({ '0001-a.sql': 'CREATE TABLE a (id int);' });
    using edited = migrationFolder({ '0001-a.sql': 'CREATE TABLE a (id bigint);' });
    using failing = migrationFolder({
      '0001-a.sql': 'CREATE TABLE a (id int);',
      '0002-b.sql': 'CREATE TABLE b (id int); SELECT 1 / 0;',
    });
    {
      await using _first = await open(url, { migrations: good.url });
    }
    await expect(open(url, { migrations: edited.url })).rejects.toThrow('was edited');
    await expect(open(url, { migrations: failing.url })).rejects.toThrow('0002-b failed and was rolled back');
    await using database = await open(url, { migrations: good.url });
    await expect(sql`SELECT * FROM b`.execute(database.db)).rejects.toMatchObject({ code: '42P01' });
  });

  it('that does not know the database says so', async () => {
    await expect(open(server.urlOf('nowhere'))).rejects.toThrow(
      /^PostgreSQL database "nowhere" at 127\.0\.0\.1:\d+ refuses the connection: database "nowhere" does not exist$/,
    );
  });
});

/** Behaves as PgBouncer with pool_mode = transaction: two connections that take turns. */
async function transactionPooler(url: string) {
  await using cleanup = new AsyncDisposableStack();
  const connect = async () => {
    const client = cleanup.adopt(new pg.Client({ connectionString: url }), (client) => client.end());
    await client.connect();
    return client;
  };
  let [current, next] = [await connect(), await connect()];
  const query = async (text: string, values?: unknown[]) => {
    const result = await current.query(text, values);
    if (current.getTransactionStatus() === 'I') [current, next] = [next, current];
    return result;
  };
  const owned = cleanup.move();
  return {
    // The cast: no more of a client than migrations use.
    client: { query, getTransactionStatus: () => current.getTransactionStatus() } as unknown as pg.ClientBase,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function raise(): never {
  throw new Error('no database was opened');
}
