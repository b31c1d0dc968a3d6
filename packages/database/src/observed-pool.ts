import { type Attributes, metric, type Registry, SpanKind, withSpan } from '@tributary/telemetry';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { toDatabaseError } from './errors.ts';
import { StatementNames } from './statement-names.ts';
import { summarizeStatement } from './statement-summary.ts';

export interface ObservedPoolOptions {
  readonly pool: pg.Pool;
  /** Added to each span: which database, on which server. */
  readonly attributes: Attributes;
  /** After this the client gives up on the server, should the server's own statement_timeout not come through. */
  readonly queryTimeoutMs: number | undefined;
  /** Before each statement: the SQL text with placeholders, never values. */
  readonly onStatement: (text: string) => void;
  readonly registry: Registry | undefined;
}

/**
 * The pool as Kysely sees it. Around each statement: a CLIENT span, metrics, a prepared statement's name, our error
 * codes. A client that comes back in the middle of a transaction, or broken, is closed and not lent again.
 * https://opentelemetry.io/docs/specs/semconv/db/postgresql/
 */
export function observePool(options: ObservedPoolOptions): PostgresPool {
  const { pool, registry } = options;
  const names = new StatementNames();
  const waiting = registry && metric(registry, 'db_client_connections_waiting');
  const used = registry && metric(registry, 'db_client_connections_used');
  const duration = registry && metric(registry, 'db_client_operation_duration_seconds');

  const connect = async (): Promise<PostgresPoolClient> => {
    waiting?.inc();
    try {
      const client = await pool.connect();
      used?.inc();
      return observeClient(client);
    } catch (error) {
      throw toDatabaseError(error);
    } finally {
      waiting?.dec();
    }
  };

  const observeClient = (client: pg.PoolClient): PostgresPoolClient => {
    let broken = false;
    // While a client is lent, pg-pool does not listen: a connection that dies then would end the process.
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);

    const query = (text: string, values: readonly unknown[]) => {
      options.onStatement(text);
      const { spanName, operation, attributes } = summarizeStatement(text);
      const started = performance.now();
      const spanAttributes = { ...options.attributes, ...attributes };
      return withSpan(spanName, { kind: SpanKind.CLIENT, attributes: spanAttributes }, async (span) => {
        try {
          return await client.query(toQuery(text, values, names.nameOf(text), options.queryTimeoutMs));
        } catch (error) {
          broken ||= isClientBroken(error);
          if (error instanceof pg.DatabaseError)
            span.setAttribute('db.response.status_code', error.code ?? '');
          throw toDatabaseError(error);
        } finally {
          duration?.observe({ operation }, (performance.now() - started) / 1000);
        }
      });
    };

    const release = (discard?: boolean) => {
      used?.dec();
      client.off('error', onError);
      client.release(discard || broken || client.getTransactionStatus() !== 'I');
    };

    // The cast: Kysely's second overload takes a cursor, and is used only when one is configured.
    return { query: query as unknown as PostgresPoolClient['query'], release };
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

// After these the connection lives, but its prepared statements or its place in the protocol cannot be relied on.
function isClientBroken(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const planChanged = error.code === '0A000' && /cached plan/.test(error.message); // a migration changed a table
  const statementLost = error.code === '26000'; // a proxy in between gave us another backend
  return planChanged || statementLost;
}
