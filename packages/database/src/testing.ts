import { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';
import { createTestDatabase } from './testing/test-place.ts';

export { type PostgresqlServer, startPostgresqlServer } from './testing/postgresql-server.ts';
export { openTestPlace, type TestPlace } from './testing/test-place.ts';

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
  await using cleanup = new AsyncDisposableStack();
  const { url } = cleanup.use(await createTestDatabase());
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
