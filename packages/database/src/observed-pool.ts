import { currentDeadline, type Deadline } from '@tributary/deadline';
import { TributaryError } from '@tributary/errors';
import { currentSpan, metric, type Registry, SpanKind, withSpan } from '@tributary/telemetry';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { connectWithin } from './connect-within.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { toDatabaseError } from './errors.ts';
import { Lease } from './lease.ts';
import { StatementNames } from './statement-names.ts';
import { summarizeStatement } from './statement-summary.ts';

export interface ObservedPoolOptions {
  readonly connections: ConnectionPool;
  /** After this the client gives up on the server, should the server's own statement_timeout not come through. */
  readonly queryTimeoutMs: number | undefined;
  /** Before each statement: the SQL text with placeholders, never values. */
  readonly onStatement: (text: string) => void;
  readonly registry: Registry | undefined;
}

/**
 * The pool as Kysely sees it. Around each statement: a CLIENT span, metrics, a prepared statement's name, our error
 * codes, and the deadline of the request that it runs for. A client that comes back in the middle of a transaction, or
 * broken, is closed and not lent again.
 * https://opentelemetry.io/docs/specs/semconv/db/postgresql/
 */
export function observePool(options: ObservedPoolOptions): PostgresPool {
  const { connections, registry } = options;
  const names = new StatementNames();
  const waiting = registry && metric(registry, 'db_client_connections_waiting');
  const used = registry && metric(registry, 'db_client_connections_used');
  const duration = registry && metric(registry, 'db_client_operation_duration_seconds');
  const unconnected = registry && metric(registry, 'db_client_connect_failures_total');
  const cancellations = registry && metric(registry, 'db_client_cancellations_total');

  const connect = async (): Promise<PostgresPoolClient> => {
    const deadline = currentDeadline();
    waiting?.inc();
    try {
      return lend(await connectWithin(connections.pool, deadline), deadline);
    } catch (thrown) {
      const error = toDatabaseError(thrown);
      const code = error instanceof TributaryError ? error.code : 'INTERNAL_SERVER_ERROR';
      unconnected?.inc({ code });
      // There is no statement whose span could say it.
      currentSpan()?.setAttribute('tributary.no_connection', code);
      throw error;
    } finally {
      waiting?.dec();
    }
  };

  const lend = (client: pg.PoolClient, deadline: Deadline | undefined): PostgresPoolClient => {
    used?.inc();
    const lease = new Lease({
      client,
      deadline,
      cancel: connections.cancel,
      timeouts: connections.timeouts,
      onCancelled: (end, outcome) => cancellations?.inc({ end, outcome }),
      onReturned: () => used?.dec(),
    });

    const query = (text: string, values: readonly unknown[]) => {
      const { spanName, operation, attributes } = summarizeStatement(text);
      const statement = toQuery(text, values, names.nameOf(text), options.queryTimeoutMs);
      // Nothing of it reaches the server: neither a statement nor a span.
      if (deadline?.end !== undefined) return lease.run(operation, statement);
      options.onStatement(text);
      const started = performance.now();
      const spanAttributes = { ...connections.attributes, ...attributes };
      return withSpan(spanName, { kind: SpanKind.CLIENT, attributes: spanAttributes }, async (span) => {
        try {
          return await lease.run(operation, statement);
        } catch (error) {
          if (deadline?.end !== undefined) span.setAttribute('tributary.cancelled_by', deadline.end);
          if (error instanceof pg.DatabaseError)
            span.setAttribute('db.response.status_code', error.code ?? '');
          throw toDatabaseError(error);
        } finally {
          duration?.observe({ operation }, (performance.now() - started) / 1000);
        }
      });
    };

    // The cast: Kysely's second overload takes a cursor, and is used only when one is configured.
    return {
      query: query as unknown as PostgresPoolClient['query'],
      release: (discard?: boolean) => lease.release(discard),
    };
  };

  // The pool belongs to whoever made it, so db.destroy() must not end it a second time.
  return { options: {}, connect, end: async () => {} };
}

// query_timeout of one query is an option of pg that its types lack.
function toQuery(
  text: string,
  values: readonly unknown[],
  name?: string,
  timeoutMs?: number,
): pg.QueryConfig {
  return {
    text,
    values: [...values],
    ...(name !== undefined && { name }),
    ...(timeoutMs !== undefined && { query_timeout: timeoutMs }),
  };
}
