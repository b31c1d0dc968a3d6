import { randomUUID } from 'node:crypto';
import type { PostgresqlServer } from '@tributary/database/testing';
import { createIdentitySigner, IDENTITY_HEADER } from '@tributary/identity';
import pg from 'pg';
import { postGraphQL } from '../../../src/graphql.ts';
import { waitUntil } from '../../../src/process.ts';
import type { FaultGroup, FaultRow } from '../fault-row.ts';
import { AT_ONCE_MS, fetches, LIMITS, nothingLost, ONE_TIMEOUT_MS } from '../loyalty.ts';
import type { Stage } from '../stage.ts';

/** The PostgreSQL server of loyalty alone fails: the other services have one of their own. */
export function databaseFaults(server: () => PostgresqlServer): FaultGroup {
  return {
    title: 'PostgreSQL, of one subgraph',
    rows: [
      stopped('It crashes (kill -9 of all its processes)', 'immediate', server),
      stopped('It is stopped', 'fast', server),
      {
        name: 'It hangs: its processes are halted',
        ...outOfTime(async () => {
          server().freeze();
          return { [Symbol.dispose]: () => server().thaw() };
        }),
      },
      {
        name: 'Its statements wait for a lock',
        ...outOfTime(async () => {
          const client = await connected(server());
          await client.query('BEGIN; LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE');
          return { [Symbol.asyncDispose]: () => client.end() };
        }),
        metric: {
          process: 'loyalty',
          name: 'db_client_cancellations_total',
          labels: { end: 'deadline', outcome: 'cancelled' },
        },
        also: {
          says: 'they are cancelled, none is left in the database',
          check: async () => {
            const client = await connected(server());
            await waitUntil('no statement of the request is left', async () => {
              const { rows } = await client.query(WAITING_STATEMENTS);
              return rows.length === 0;
            });
            await client.end();
          },
        },
      },
      {
        name: `Its statements are slow, but in time (they wait ${SHORT_LOCK_MS} ms for a lock)`,
        begin: async () => {
          const client = await connected(server());
          await client.query('BEGIN; LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE');
          const ended = new Promise((resolve) => setTimeout(resolve, SHORT_LOCK_MS)).then(() => client.end());
          return { [Symbol.asyncDispose]: () => ended };
        },
        ...nothingLost(),
        withinMs: SHORT_LOCK_MS + AT_ONCE_MS,
      },
      {
        name: 'Other requests have all connections of the pool, and wait for a lock',
        ...outOfTime((stage) => exhausted(stage, server())),
        span: {
          service: 'loyalty',
          name: 'dataloader.batch loyaltyTotals',
          attributes: { 'tributary.no_connection': 'SERVICE_TIMEOUT' },
        },
        metric: {
          process: 'loyalty',
          name: 'db_client_connect_failures_total',
          labels: { code: 'SERVICE_TIMEOUT' },
        },
      },
      {
        name: 'It has been restarted',
        begin: async () => {
          await server().stop('fast');
          await server().start();
          return { [Symbol.dispose]: () => {} };
        },
        ...nothingLost(),
        log: { process: 'loyalty', msg: 'a database connection was lost', fields: {} },
      },
      {
        name: 'It ends every connection, as a failover does',
        begin: async () => {
          await administer(server(), END_CONNECTIONS);
          return { [Symbol.dispose]: () => {} };
        },
        ...nothingLost(),
      },
      {
        name: 'It has become read-only, as a replica that is not promoted yet',
        begin: async () => {
          const alter = 'ALTER DATABASE loyalty';
          await administer(server(), `${alter} SET default_transaction_read_only = on`, END_CONNECTIONS);
          return {
            [Symbol.asyncDispose]: () =>
              administer(server(), `${alter} RESET default_transaction_read_only`, END_CONNECTIONS),
          };
        },
        ...nothingLost(),
      },
    ],
  };
}

// Private:

const SHORT_LOCK_MS = 200;
const WAITING_STATEMENTS =
  "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%ledger_entry%'";
/** Connections of a service to its database, unless it asks for others. */
const POOL_SIZE = 10;

/**
 * As many requests as the pool has connections, past the gateway, which would not let so many through. They redeem points of a
 * user whose account is locked, so reading that of others takes nothing but a connection.
 */
async function exhausted(
  { federation: { keys, services }, read }: Stage,
  server: PostgresqlServer,
): Promise<AsyncDisposable> {
  const subject = randomUUID();
  const client = await connected(server);
  await client.query('BEGIN');
  await client.query('INSERT INTO loyalty_account (user_id) VALUES ($1)', [subject]);
  const signer = createIdentitySigner({ privateJwk: keys.gateway.privateJwk, issuer: 'gateway' });
  const assertion = await signer.sign({ subject, roles: [] }, 'loyalty');
  const query = 'mutation { redeemPoints(input: { points: 1 }) { __typename } }';
  const asked = Array.from({ length: POOL_SIZE }, () =>
    postGraphQL(`${services.loyalty.url}/graphql`, { query }, { [IDENTITY_HEADER]: assertion }),
  );
  await waitUntil('all connections are lent', async () => {
    const used = { process: 'loyalty', name: 'db_client_connections_used', labels: {} } as const;
    return (await read(used)) === POOL_SIZE;
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await Promise.all(asked);
    },
  };
}

function stopped(name: string, mode: 'fast' | 'immediate', server: () => PostgresqlServer): FaultRow {
  return {
    name,
    begin: async () => {
      await server().stop(mode);
      return { [Symbol.asyncDispose]: () => server().start() };
    },
    client: lost('SERVICE_UNAVAILABLE'),
    withinMs: ONE_TIMEOUT_MS,
    span: { name: 'fetch loyalty', attributes: { 'tributary.error_count': 20 } },
    metric: fetches('errors'),
    log: { process: 'loyalty', msg: 'a database connection was lost', fields: {} },
  };
}

/** The subgraph gives up in time to say so itself. How much time that takes on a busy machine is no part of it. */
function outOfTime(begin: (stage: Stage) => Promise<Disposable | AsyncDisposable>): Omit<FaultRow, 'name'> {
  return {
    begin: async (stage) => {
      await using stack = new AsyncDisposableStack();
      const { loyalty } = stage.federation.proxies;
      loyalty.keptForAnswersMs = LIMITS.fetchMs / 2;
      stack.defer(() => {
        loyalty.keptForAnswersMs = 0;
      });
      stack.use(await begin(stage));
      return stack.move();
    },
    client: lost('SERVICE_TIMEOUT'),
    withinMs: LIMITS.fetchMs + AT_ONCE_MS,
    span: { name: 'fetch loyalty', attributes: { 'tributary.error_count': 20 } },
    metric: { process: 'loyalty', name: 'db_client_cancellations_total', labels: { end: 'deadline' } },
  };
}

function lost(code: string): FaultRow['client'] {
  return { status: 200, data: 'all but loyalty', codes: [code], degraded: [`loyalty ${code}`] };
}

async function connected(server: PostgresqlServer, database = 'loyalty'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.urlOf(database) });
  await client.connect();
  return client;
}

async function administer(server: PostgresqlServer, ...statements: readonly string[]): Promise<void> {
  const client = await connected(server, 'postgres');
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** And waits until each has ended: the signal alone is taken whenever its process gets to it, in the middle of the next request too. */
const END_CONNECTIONS =
  "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'loyalty'";
