import { DEMO_PASSWORD, type DemoUser, demoUser, demoUsers, type Scale } from '@tributary/demo-data';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { PasswordHasher } from './passwords/password-hasher.ts';
import type { UsersSchema } from './store/schema.ts';
import { findUsers } from './store/users.ts';

const BATCH_SIZE = 5_000;

export interface SeedOptions {
  readonly db: Kysely<UsersSchema>;
  readonly scale: Scale;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Adds the demo users, all with one password hash. One transaction: after a kill in the middle there are none of them, so the
 * last one's presence tells that all are there, and a second run does nothing. Answers whether it added any.
 */
export async function seedDemoUsers({ db, scale, passwords, onProgress }: SeedOptions): Promise<boolean> {
  if (await isSeeded(db, scale)) return false;
  const passwordHash = await passwords.hash(DEMO_PASSWORD);

  return db.transaction().execute(async (trx) => {
    // Replicas that start together would each insert everything and wait for the other's rows, maybe in a circle.
    await sql`select pg_advisory_xact_lock(hashtext('tributary.users.seed'))`.execute(trx);
    if (await isSeeded(trx, scale)) return false;
    let done = 0;
    for (const batch of batches(demoUsers(scale), BATCH_SIZE)) {
      await insertBatch(trx, batch, passwordHash);
      done += batch.length;
      onProgress?.(done, scale.users);
    }
    // Bulk data changes what the best plan is; an embedded database has nobody who notices.
    await sql`analyze user_account`.execute(trx);
    return true;
  });
}

async function isSeeded(db: Kysely<UsersSchema>, scale: Scale): Promise<boolean> {
  return (await findUsers(db, [demoUser(scale.users - 1).id])).length === 1;
}

// Five arrays, however many rows: one statement that the server plans once. Roles are text like '{support}', as there are no
// arrays of arrays of different lengths.
async function insertBatch(
  trx: Transaction<UsersSchema>,
  users: readonly DemoUser[],
  passwordHash: string,
): Promise<void> {
  await sql`
    insert into user_account (id, email, display_name, roles, created_at, password_hash)
    select id, email, display_name, roles::text[], created_at, ${passwordHash}
    from unnest(
      ${users.map((user) => user.id)}::uuid[],
      ${users.map((user) => user.email)}::text[],
      ${users.map((user) => user.displayName)}::text[],
      ${users.map((user) => `{${user.roles.join(',')}}`)}::text[],
      ${users.map((user) => user.createdAt)}::timestamptz[]
    ) as demo (id, email, display_name, roles, created_at)
    on conflict do nothing
  `.execute(trx);
}

function* batches<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
