import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';

export { type PostgresqlServer, startPostgresqlServer } from './testing/postgresql-server.ts';

export interface TestDatabase<Schema> extends Database<Schema> {
  /** The database's URL when it is on a real server: for a second process or a second pool. */
  readonly url: string | undefined;
}

/**
 * An empty, migrated database for one test or file: in memory, or, when TEST_DATABASE_URL names a PostgreSQL server (a
 * user who may create databases), a new one on that server, dropped on dispose. About 1.5 s in memory.
 */
export async function openTestDatabase<Schema>(
  options: Pick<DatabaseOptions, 'migrations'> & Partial<Omit<DatabaseOptions, 'url' | 'directory'>>,
): Promise<TestDatabase<Schema>> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  await using cleanup = new AsyncDisposableStack();
  let url: string | undefined;
  if (serverUrl !== undefined && serverUrl !== '') {
    const server = cleanup.adopt(new pg.Client({ connectionString: serverUrl }), (client) => client.end());
    await server.connect();
    const name = `tributary_test_${randomBytes(8).toString('hex')}`;
    await server.query(`CREATE DATABASE ${name}`);
    cleanup.defer(async () => {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
    url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  }
  const database = await openDatabase<Schema>({ name: 'test', ...options, url });
  cleanup.use(database);
  const owned = cleanup.move();
  return { ...database, url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * Runs `run` and tells which SQL statements went out meanwhile (begin and commit included, of anybody who uses this
 * database), in order. For tests that prove the number of statements not to depend on the length of a list.
 */
export async function countStatements<Result>(
  database: Pick<Database<unknown>, 'observeStatements'>,
  run: () => Result | Promise<Result>,
): Promise<{ readonly result: Result; readonly statements: readonly string[] }> {
  const statements: string[] = [];
  using _observer = database.observeStatements((text) => statements.push(text));
  return { result: await run(), statements };
}
