import { type Kysely, sql, type Transaction } from 'kysely';
import type { KeyTimes } from '../domain/key-schedule.ts';
import type { PublicJwk, UsersSchema } from './schema.ts';

export interface StoredKey extends KeyTimes {
  readonly publicJwk: PublicJwk;
  readonly sealedPrivateKey: Buffer;
}

/** Runs `change` alone among all replicas: one that comes meanwhile waits, and then sees what the first has done. */
export function withKeysLocked<T>(
  db: Kysely<UsersSchema>,
  change: (trx: Transaction<UsersSchema>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('tributary.users.signing_key'))`.execute(trx);
    return change(trx);
  });
}

export async function readKeys(db: Kysely<UsersSchema>): Promise<readonly StoredKey[]> {
  const rows = await db.selectFrom('signing_key').selectAll().orderBy('signs_from').execute();
  return rows.map((row) => ({
    kid: row.kid,
    publicJwk: row.public_jwk,
    sealedPrivateKey: row.sealed_private_key,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    longestTokenS: row.longest_token_s,
  }));
}

export async function insertKey(db: Kysely<UsersSchema>, key: StoredKey): Promise<void> {
  await db
    .insertInto('signing_key')
    .values({
      kid: key.kid,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private_key: key.sealedPrivateKey,
      created_at: key.createdAt,
      signs_from: key.signsFrom,
      longest_token_s: key.longestTokenS,
    })
    .execute();
}

/** Remembers that tokens may live this long from now on, so that a shorter setting later removes no key too early. */
export async function raiseLongestToken(db: Kysely<UsersSchema>, seconds: number): Promise<void> {
  await db
    .updateTable('signing_key')
    .set({ longest_token_s: seconds })
    .where('longest_token_s', '<', seconds)
    .execute();
}

export async function deleteKeys(db: Kysely<UsersSchema>, kids: readonly string[]): Promise<void> {
  await db.deleteFrom('signing_key').where('kid', 'in', kids).execute();
}
