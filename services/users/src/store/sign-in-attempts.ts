import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { UsersSchema } from './schema.ts';

/** How long attempts on an address are counted together. */
export const ATTEMPT_WINDOW_S = 15 * 60;

export interface Attempts {
  /** In the current window, this one included. */
  readonly count: number;
  /** Until the window ends, at least 1. */
  readonly remainingS: number;
}

/**
 * Counts an attempt on an address, whether or not it has an account, by the database's clock. It is counted before the password
 * is looked at, so that hundreds at once cannot all pass. Each call also forgets two windows that are over, which
 * keeps the table as large as its last fifteen minutes.
 */
export async function countAttempt(db: Kysely<UsersSchema>, email: string): Promise<Attempts> {
  const { rows } = await sql<Attempts>`
    with forgotten as (
      delete from sign_in_attempt
      where address_hash in (
        select address_hash from sign_in_attempt
        where window_ends_at < now() and address_hash <> ${hashOf(email)}
        order by window_ends_at
        limit 2
        for update skip locked
      )
    )
    insert into sign_in_attempt as known (address_hash, attempts, window_ends_at)
    values (${hashOf(email)}, 1, now() + make_interval(secs => ${ATTEMPT_WINDOW_S}))
    on conflict (address_hash) do update set
      attempts = case when known.window_ends_at < now() then 1 else least(known.attempts + 1, 1000000) end,
      window_ends_at = case when known.window_ends_at < now() then excluded.window_ends_at else known.window_ends_at end
    returning attempts as count, greatest(1, ceil(extract(epoch from window_ends_at - now())))::integer as "remainingS"
  `.execute(db);
  const [attempts] = rows;
  if (attempts === undefined) throw new Error('an upsert returns its row');
  return attempts;
}

/** After a success: what came before it does not count against the user. */
export async function forgetAttempts(db: Kysely<UsersSchema>, email: string): Promise<void> {
  await db.deleteFrom('sign_in_attempt').where('address_hash', '=', hashOf(email)).execute();
}

function hashOf(email: string): Buffer {
  return createHash('sha256').update(email).digest();
}
