import type { Attributes } from '@tributary/telemetry';
import pg from 'pg';
import { type CancelRequest, createCancelRequest } from './cancel-request.ts';
import type { EmbeddedServer } from './embedded/embedded-server.ts';
import { StatementTimeouts } from './statement-timeouts.ts';
import { createValueTypes } from './value-types.ts';

/** A pool, and what spans say of the database behind it. */
export interface ConnectionPool {
  readonly pool: pg.Pool;
  readonly attributes: Attributes;
  /** How errors at start-up name the database: never with user or password. */
  readonly description: string;
  /** Undefined where a statement cannot be cancelled. */
  readonly cancel?: CancelRequest;
  /** Undefined where the server has no timers. */
  readonly timeouts?: StatementTimeouts;
}

export interface PostgresqlPoolOptions {
  readonly name: string;
  readonly url: string;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs?: number | undefined;
}

// Shorter than any request's deadline: a server that is away has to become an error, not a queue.
const CONNECT_TIMEOUT_MS = 5_000;
// As much as a server that works needs. One that is silent gets the connection closed instead.
const CANCEL_TIMEOUT_MS = 1_000;
// All statements share one connection here, so waiting for it is ordinary. Longer than this is a transaction that
// never ends, or a query inside of one that goes through `db` and waits for itself.
const EMBEDDED_CONNECT_TIMEOUT_MS = 30_000;

/** A pool of connections to a PostgreSQL server. Does not connect yet; throws at once when the URL is not one. */
export function createPostgresqlPool(options: PostgresqlPoolOptions): ConnectionPool {
  const url = parseUrl(options.url);
  const namespace = decodeURIComponent(url.pathname.slice(1));
  const timeouts = new StatementTimeouts(options.statementTimeoutMs);
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs,
    // A transaction that its client forgot would keep locks and dead rows for ever.
    idle_in_transaction_session_timeout: 2 * options.statementTimeoutMs,
    types: createValueTypes(),
    onConnect: async (client) => timeouts.connected(client, await startSession(client)),
  });
  const port = url.port === '' ? 5432 : Number(url.port);
  return {
    pool,
    attributes: { 'db.namespace': namespace, 'server.address': url.hostname, 'server.port': port },
    description: `PostgreSQL database "${namespace}" at ${url.hostname}:${port}`,
    cancel: createCancelRequest({ connectionString: options.url }, CANCEL_TIMEOUT_MS),
    timeouts,
  };
}

/** The same pool over an embedded server, which has exactly one connection. */
export function createEmbeddedPool(
  server: EmbeddedServer,
  options: Pick<PostgresqlPoolOptions, 'name' | 'connectTimeoutMs'>,
): ConnectionPool {
  const pool = new pg.Pool({
    stream: () => server.connect(),
    user: 'postgres',
    database: 'postgres',
    ssl: false, // not from PGSSLMODE
    max: 1,
    connectionTimeoutMillis: options.connectTimeoutMs ?? EMBEDDED_CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 0,
    types: createValueTypes(),
    onConnect: useUtc,
  });
  return { pool, attributes: { 'db.namespace': options.name }, description: 'embedded database' };
}

// The same text for a timestamptz in both worlds, and on servers set up anywhere.
const USE_UTC = "SET TIME ZONE 'UTC'";

async function useUtc(client: pg.ClientBase): Promise<void> {
  await client.query(USE_UTC);
}

/** Resolves to whether the session on the server is this connection's own: a pooler in between gives a key of its own. */
async function startSession(client: pg.ClientBase): Promise<boolean> {
  // pg answers two statements with two results, which its types leave out.
  const results: unknown = await client.query(`${USE_UTC}; SELECT pg_backend_pid() AS pid`);
  const [, { rows }] = results as [pg.QueryResult, pg.QueryResult<{ pid: number }>];
  // Not in pg's types; the number in the server's BackendKeyData.
  const { processID } = client as unknown as { readonly processID: number | null };
  return rows[0]?.pid === processID;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  // Not shown: it holds a password, perhaps at an unexpected place.
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol) || url.pathname.length < 2) {
    throw new TypeError('the database URL must be like postgresql://user:password@host:5432/database');
  }
  return url;
}
