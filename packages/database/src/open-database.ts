import type { Registry } from '@tributary/telemetry';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { type ConnectionPool, createEmbeddedPool, createPostgresqlPool } from './connection-pool.ts';
import { startEmbeddedServer } from './embedded/embedded-server.ts';
import { isDatabaseUnavailable, toDatabaseError } from './errors.ts';
import { migrate } from './migrate.ts';
import { observePool } from './observed-pool.ts';
import type { Progress } from './progress.ts';

/** What the package needs of a pino logger. */
export interface DatabaseLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface DatabaseOptions {
  /** Names the connections on a server, and the database in spans when it is embedded. */
  readonly name: string;
  /** `postgresql://…`: a real server. It wins over `directory`. */
  readonly url?: string | undefined;
  /** An embedded database in this directory, created when absent. With neither, one in memory. */
  readonly directory?: string | undefined;
  /** Folder of `NNNN-name.sql` files, applied before the promise resolves. */
  readonly migrations: URL;
  /** Connections to a real server, default 10. An embedded database has one. */
  readonly poolSize?: number;
  /** A statement that runs longer is cancelled. Default 30 s, 0 for never. Real servers only: PGlite has no timers. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a connection, default 5 s; 30 s for an embedded database, whose one connection all share. */
  readonly connectTimeoutMs?: number;
  /** As `observeStatements`, from the start; migrations are not told. */
  readonly onStatement?: (text: string) => void;
  /** Told while a new embedded database is made. */
  readonly onProgress?: (progress: Progress) => void;
  readonly logger?: DatabaseLogger;
  readonly registry?: Registry;
}

export interface Database<Schema> extends AsyncDisposable {
  /** Inside a transaction use only its `trx`: with the embedded database's one connection, `db` would wait for itself. */
  readonly db: Kysely<Schema>;
  readonly kind: 'postgresql' | 'embedded';
  /** Resolves when the database answers; rejects (SERVICE_UNAVAILABLE when it is away) within about 5 s. For readiness. */
  ping(): Promise<void>;
  /** Calls `listener` with each statement's text, begin and commit included, until disposed. */
  observeStatements(listener: (text: string) => void): Disposable;
}

const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
const PING_TIMEOUT_MS = 5_000;

/**
 * Opens a service's database and brings its schema up to date: a PostgreSQL server (`url`), an embedded PostgreSQL in
 * a directory of this machine, or one in memory. Same SQL, driver, types and error codes in all three. Rejects with
 * MigrationError, DirectoryLockedError or an error that names host and database, and then holds nothing open.
 *
 * Afterwards a lost connection fails the statements that ran on it with SERVICE_UNAVAILABLE and the next statement
 * connects anew; nothing is retried, because a statement that was cut off may have been committed. Dispose waits
 * for lent connections, then shuts an embedded database down cleanly.
 *
 * What runs within a request's deadline (@tributary/deadline) ends with it: no statement begins after it, one that runs
 * is cancelled, its transaction is rolled back, and whoever awaited any of this gets the deadline's error at once. An
 * embedded server cannot cancel: there the statement goes on, and whoever needs the connection next waits for its end.
 */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  await using cleanup = new AsyncDisposableStack();
  const kind = options.url === undefined ? 'embedded' : 'postgresql';
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
  const connections = await createPool(options, statementTimeoutMs, cleanup);
  const { pool } = connections;
  cleanup.defer(() => pool.end());
  // An idle connection was lost, by a restart of the server for one. The pool has dropped it already.
  pool.on('error', (error) => options.logger?.warn({ err: error }, 'a database connection was lost'));

  await applyMigrations(connections, options);

  const listeners = new Set<(text: string) => void>();
  if (options.onStatement !== undefined) listeners.add(options.onStatement);
  const observed = observePool({
    connections,
    // Later than the server's own limit, which leaves the connection usable.
    queryTimeoutMs: kind === 'postgresql' && statementTimeoutMs > 0 ? statementTimeoutMs + 5_000 : undefined,
    onStatement: (text) => {
      for (const listener of listeners) listener(text);
    },
    registry: options.registry,
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: observed }) });

  const owned = cleanup.move();
  return {
    db,
    kind,
    ping: () => ping(pool),
    observeStatements: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function createPool(
  options: DatabaseOptions,
  statementTimeoutMs: number,
  cleanup: AsyncDisposableStack,
): Promise<ConnectionPool> {
  const { name, url, directory, onProgress, connectTimeoutMs, poolSize = 10 } = options;
  if (url !== undefined) {
    return createPostgresqlPool({ name, url, poolSize, statementTimeoutMs, connectTimeoutMs });
  }
  const server = await startEmbeddedServer({
    ...(directory !== undefined && { directory }),
    ...(onProgress !== undefined && { onProgress }),
  });
  cleanup.use(server);
  return createEmbeddedPool(server, { name, connectTimeoutMs });
}

async function applyMigrations(connections: ConnectionPool, options: DatabaseOptions): Promise<void> {
  const client = await connections.pool.connect().catch((cause: unknown) => {
    const problem = isDatabaseUnavailable(cause) ? 'cannot be reached' : 'refuses the connection';
    throw new Error(`${connections.description} ${problem}: ${messageOf(cause)}`, { cause });
  });
  // Its queries reject as well; without a listener the event itself would end the process.
  client.on('error', () => {});
  try {
    const applied = await migrate(client, options.migrations);
    if (applied.length > 0) options.logger?.info({ migrations: applied }, 'migrations applied');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function ping(pool: pg.Pool): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('timeout expired')), PING_TIMEOUT_MS);
  try {
    // The timer covers the wait for a connection; query_timeout frees it from a server that is silent.
    const query = { text: 'SELECT 1', query_timeout: PING_TIMEOUT_MS };
    await Promise.race([pool.query(query), timeout]);
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  // Node gives an empty message to the error that joins the attempts at ::1 and 127.0.0.1.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
