import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
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
  /** After each statement. */
  readonly onDuration: (operation: string, seconds: number) => void;
}

const MAX_QUERY_TEXT = 2_000;

/**
 * The pool as Kysely sees it. Around each statement: a CLIENT span, a duration, a prepared statement's name, our
 * error codes. A client that comes back in a transaction, or broken, is closed and not lent again.
 */
export function observePool(options: ObservedPoolOptions): PostgresPool {
  const names = new StatementNames();
  return {
    options: {},
    end: () => options.pool.end(),
    connect: async () => {
      const client = await options.pool.connect().catch((error: unknown) => {
        throw toDatabaseError(error);
      });
      return observeClient(client, names, options);
    },
  };
}

function observeClient(
  client: pg.PoolClient,
  names: StatementNames,
  options: ObservedPoolOptions,
): PostgresPoolClient {
  let broken = false;
  // While a client is lent, pg-pool does not listen: a connection that dies then would end the process.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);

  const query = async (text: string, values: readonly unknown[]) => {
    options.onStatement(text);
    const summary = summarizeStatement(text);
    const started = performance.now();
    const span = startStatementSpan(text, summary.operation, summary.collection, options.attributes);
    const name = names.nameOf(text);
    try {
      return await client.query({
        text,
        values: [...values],
        ...(name !== undefined && { name }),
        ...(options.queryTimeoutMs !== undefined && { query_timeout: options.queryTimeoutMs }),
      });
    } catch (error) {
      broken ||= isClientBroken(error);
      const mapped = toDatabaseError(error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      const sqlState = error instanceof pg.DatabaseError ? error.code : undefined;
      // Not recordException: PostgreSQL's messages quote the values of the row that failed.
      span.setAttributes({
        'error.type': sqlState ?? (error instanceof Error ? error.name : 'unknown'),
        ...(sqlState !== undefined && { 'db.response.status_code': sqlState }),
      });
      throw mapped;
    } finally {
      span.end();
      options.onDuration(summary.operation, (performance.now() - started) / 1000);
    }
  };

  return {
    // Kysely's second overload takes a cursor, and gets used only when one is configured.
    query: query as unknown as PostgresPoolClient['query'],
    release: (discard?: boolean) => {
      client.off('error', onError);
      client.release(discard || broken || client.getTransactionStatus() !== 'I');
    },
  };
}

function startStatementSpan(
  text: string,
  operation: string,
  collection: string | undefined,
  attributes: Attributes,
) {
  return trace
    .getTracer('tributary')
    .startSpan(collection === undefined ? operation : `${operation} ${collection}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        ...attributes,
        'db.system.name': 'postgresql',
        'db.operation.name': operation,
        'db.query.text': text.length > MAX_QUERY_TEXT ? `${text.slice(0, MAX_QUERY_TEXT)}…` : text,
        ...(collection !== undefined && { 'db.collection.name': collection }),
      },
    });
}

// After these the connection lives, but its prepared statements or its place in the protocol cannot be relied on.
function isClientBroken(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const planChanged = error.code === '0A000' && /cached plan/.test(error.message); // a migration changed a table
  const statementLost = error.code === '26000'; // a proxy in between gave us another backend
  return planChanged || statementLost;
}
