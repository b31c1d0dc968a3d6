import { type Kysely, type Selectable, sql } from 'kysely';
import type { User } from '../domain/user.ts';
import type { UsersSchema } from './schema.ts';

type Db = Kysely<UsersSchema>;

const COLUMNS = ['id', 'email', 'display_name', 'roles', 'created_at'] as const;

type UserRow = Pick<Selectable<UsersSchema['user_account']>, (typeof COLUMNS)[number]>;

/** The users of these ids in any order; ids that no user has are left out. One statement for any number. */
export async function findUsers(db: Db, ids: readonly string[]): Promise<readonly User[]> {
  const rows = await db
    .selectFrom('user_account')
    .select(COLUMNS)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return rows.map(toUser);
}

/** Where a page of users goes on: behind the user with this creation time and id. */
export interface UserPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** At most `limit` users, oldest first. */
export async function listUsers(
  db: Db,
  page: { readonly limit: number; readonly after?: UserPosition | undefined },
): Promise<readonly User[]> {
  let query = db
    .selectFrom('user_account')
    .select(COLUMNS)
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.limit);
  if (page.after !== undefined) {
    const { createdAt, id } = page.after;
    query = query.where(sql<boolean>`(created_at, id) > (${createdAt}::timestamptz, ${id}::uuid)`);
  }
  return (await query.execute()).map(toUser);
}

/** The new account, or undefined when its address is taken: the unique index decides, also between two that race. */
export async function insertUser(
  db: Db,
  account: {
    readonly id: string;
    readonly email: string;
    readonly displayName: string;
    readonly passwordHash: string;
  },
): Promise<User | undefined> {
  const row = await db
    .insertInto('user_account')
    .values({
      id: account.id,
      email: account.email,
      display_name: account.displayName,
      password_hash: account.passwordHash,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && toUser(row);
}

/** The account after the change, or undefined when there is none. */
export async function updateDisplayName(db: Db, id: string, displayName: string): Promise<User | undefined> {
  const row = await db
    .updateTable('user_account')
    .set({ display_name: displayName })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && toUser(row);
}

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

/** What a sign-in is checked against; the only way that a password hash leaves the database. */
export async function findCredentials(db: Db, email: string): Promise<Credentials | undefined> {
  const row = await db
    .selectFrom('user_account')
    .select([...COLUMNS, 'password_hash'])
    .where('email', '=', email)
    .executeTakeFirst();
  return row && { user: toUser(row), passwordHash: row.password_hash };
}

/** Only replaces the hash that was verified: a password changed meanwhile stays changed. */
export async function replacePasswordHash(
  db: Db,
  id: string,
  verified: string,
  replacement: string,
): Promise<void> {
  await db
    .updateTable('user_account')
    .set({ password_hash: replacement })
    .where('id', '=', id)
    .where('password_hash', '=', verified)
    .execute();
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    displayName: row.display_name,
    roles: row.roles,
    createdAt: row.created_at,
  };
}
