import { TributaryError } from '@tributary/errors';
import pg from 'pg';

// SQLSTATEs that say "this server cannot serve now", https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNAVAILABLE_STATES = new Set([
  '25006', // read_only_sql_transaction: a replica that is not promoted yet
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting or recovering
  '57P05', // idle_session_timeout
  '58030', // io_error
  '25P03', // idle_in_transaction_session_timeout
]);
const UNAVAILABLE_SYSTEM_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
// pg has no codes for these: https://github.com/brianc/node-postgres, client.js and pg-pool's index.js.
const UNAVAILABLE_MESSAGES =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|the embedded database has died|Cannot use a pool after calling end)/;

/** Whether the database could not be reached or could not serve, as opposed to having refused this statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Connecting to a name with several addresses fails with all their errors in one.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof pg.DatabaseError) return code.startsWith('08') || UNAVAILABLE_STATES.has(code);
  return UNAVAILABLE_SYSTEM_CODES.has(code) || UNAVAILABLE_MESSAGES.test(error.message);
}

/**
 * The one place where the driver's errors become ours: an unavailable database is SERVICE_UNAVAILABLE with the
 * driver's error as cause; every other error stays as it is (pg's DatabaseError, with SQLSTATE in `code`).
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof TributaryError || !isDatabaseUnavailable(error)) return error;
  return new TributaryError('SERVICE_UNAVAILABLE', 'The database is not available now. Try again later.', {
    cause: error,
  });
}

/** Whether `error` is a violated unique or primary-key constraint (23505), of the given name if one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return hasState(error, '23505') && (constraint === undefined || error.constraint === constraint);
}

/** Whether the transaction lost against another one (40001, or 40P01 deadlock): the same transaction may be run again. */
export function isSerializationFailure(error: unknown): boolean {
  return hasState(error, '40001') || hasState(error, '40P01');
}

function hasState(error: unknown, state: string): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === state;
}
