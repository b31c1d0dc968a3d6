import type { Kysely, Selectable } from 'kysely';
import type { Tables, TokenTable } from './tables.ts';

export type StoredToken = Selectable<TokenTable>;

export async function findToken(db: Kysely<Tables>, id: string): Promise<StoredToken | undefined> {
  return db.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listTokens(db: Kysely<Tables>): Promise<readonly StoredToken[]> {
  return db.selectFrom('token').selectAll().orderBy('created_at').orderBy('id').limit(1_000).execute();
}

export async function insertToken(
  db: Kysely<Tables>,
  token: Omit<StoredToken, 'revoked_by' | 'revoked_at'>,
): Promise<void> {
  await db
    .insertInto('token')
    .values({ ...token, revoked_by: null, revoked_at: null })
    .execute();
}

export async function hasTokens(db: Kysely<Tables>): Promise<boolean> {
  return (await db.selectFrom('token').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The token, revoked now or before; undefined when there is none of that id. */
export async function revokeToken(
  db: Kysely<Tables>,
  id: string,
  by: string,
  at: Date,
): Promise<StoredToken | undefined> {
  await db
    .updateTable('token')
    .set({ revoked_by: by, revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
  return findToken(db, id);
}
