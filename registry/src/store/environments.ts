import { TributaryError } from '@tributary/errors';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Adds those that are missing: registries that start together may each say so. */
export async function addEnvironments(db: Kysely<Tables>, names: readonly string[], at: Date): Promise<void> {
  await db
    .insertInto('environment')
    .values(names.map((name) => ({ name, created_at: at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function readEnvironments(db: Kysely<Tables>): Promise<readonly string[]> {
  const known = await db.selectFrom('environment').select('name').orderBy('name').execute();
  return known.map(({ name }) => name);
}

/** @throws NOT_REGISTERED: a name that is misspelt must not pass for an environment without subgraphs. */
export async function requireEnvironment(db: Kysely<Tables>, name: string): Promise<void> {
  const known = await readEnvironments(db);
  if (known.includes(name)) return;
  throw new TributaryError(
    'NOT_REGISTERED',
    `There is no environment ${name}; there are ${known.join(', ')}.`,
  );
}

/**
 * Until the transaction ends nobody else changes this environment, in any registry on this database. Changes that cross
 * come one after the other here, and each sees what the one before has made.
 */
export async function lockEnvironment(transaction: Transaction<Tables>, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tributary.registry.environment:${name}`}, 0))`.execute(
    transaction,
  );
}
