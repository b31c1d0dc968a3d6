import type { ClientBase } from 'pg';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';

/** Migrations cannot be applied as they are; the message says which and why. Nothing of it has been applied. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

// Any number will do, as long as all versions of all services agree on it.
const MIGRATION_LOCK = 7_241_053;

/**
 * Applies the folder's migrations that the database does not have yet, each in a transaction of its own (so none may
 * hold CREATE INDEX CONCURRENTLY), in order, under an advisory lock: of several processes that start at once, one
 * applies and the others wait. Refuses a folder in which an applied file was edited, or a new one has a lower number
 * than an applied one. Applied migrations that the folder lacks are fine: an older version of a service must be able
 * to start again after a newer one. Returns the names of what was applied now.
 */
export async function migrate(client: ClientBase, folder: URL): Promise<readonly string[]> {
  const files = await readMigrationFiles(folder);
  const applied: string[] = [];
  for (;;) {
    const file = await locked(client, () => applyNext(client, files));
    if (file === undefined) return applied;
    applied.push(file.name);
  }
}

/**
 * Runs `task` in a transaction that holds the lock. The lock ends with the transaction, however that ends: one of the
 * session would stay with a connection that a pooler like PgBouncer hands to somebody else, and nobody could migrate.
 */
async function locked<Result>(client: ClientBase, task: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    // Waiting for the lock and rewriting a large table may both take longer than any ordinary statement.
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const result = await task();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Applies the first of the files that the database lacks; undefined when it lacks none. */
async function applyNext(
  client: ClientBase,
  files: readonly MigrationFile[],
): Promise<MigrationFile | undefined> {
  const [next] = pendingMigrations(files, await readApplied(client));
  if (next !== undefined) await apply(client, next);
  return next;
}

async function readApplied(client: ClientBase): Promise<readonly AppliedMigration[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<AppliedMigration>(
    'SELECT number, name, checksum FROM schema_migration ORDER BY number',
  );
  return rows;
}

function pendingMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): readonly MigrationFile[] {
  const appliedByNumber = new Map(applied.map((migration) => [migration.number, migration]));
  const newest = applied.at(-1);
  return files.filter((file) => {
    const before = appliedByNumber.get(file.number);
    if (before === undefined) {
      if (newest === undefined || file.number > newest.number) return true;
      throw new MigrationError(
        `migration ${file.name} comes before ${newest.name}, which is already applied; give it a higher number`,
      );
    }
    if (before.checksum !== file.checksum) {
      throw new MigrationError(
        `migration ${file.name} was edited after it had been applied${before.name === file.name ? '' : ` (as ${before.name})`}; restore it and put the change into a new migration`,
      );
    }
    return false;
  });
}

async function apply(client: ClientBase, file: MigrationFile): Promise<void> {
  try {
    await client.query(file.sql);
    if (client.getTransactionStatus() !== 'T') throw new Error('it must not end its transaction itself');
    await client.query('INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)', [
      file.number,
      file.name,
      file.checksum,
    ]);
  } catch (error) {
    throw new MigrationError(`migration ${file.name} failed and was rolled back: ${String(error)}`, {
      cause: error,
    });
  }
}
