import { sql, type Transaction } from 'kysely';
import { KEY_LIFETIME_DAYS } from '../domain/idempotency.ts';
import type { Tables } from './tables.ts';

export interface KeyClaim {
  readonly userId: string;
  readonly key: string;
  readonly fingerprint: string;
  /** The order that is made if the key is new. */
  readonly orderId: string;
}

/** What stands under the key: the claim itself, or that of the request that had the key before. */
export type KeyHolder = Pick<KeyClaim, 'fingerprint' | 'orderId'>;

/**
 * Two for each one that is written: the table holds the keys of a lifetime and hardly more, and no order pays for a
 * backlog.
 */
const FORGOTTEN_AT_A_TIME = 2;

/**
 * Takes the key for an order unless it is taken, and forgets keys that are too old. Waits for a transaction that
 * holds the same key, so of two concurrent requests one finds what the other did. The update changes nothing: it
 * locks the row and returns it, in one statement, so nobody can forget the key in between.
 */
export async function claimKey(
  transaction: Transaction<Tables>,
  { userId, key, fingerprint, orderId }: KeyClaim,
): Promise<KeyHolder> {
  const holder = await transaction
    .insertInto('idempotency_key')
    .values({ user_id: userId, key, fingerprint, order_id: orderId })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'key'])
        .doUpdateSet({ fingerprint: (row) => row.ref('idempotency_key.fingerprint') }),
    )
    .returning(['order_id as orderId', 'fingerprint'])
    .executeTakeFirstOrThrow();
  // After the claim, never before it: who waits for a key must not hold others that somebody may be waiting for.
  if (holder.orderId === orderId) await forgetOldKeys(transaction);
  return holder;
}

async function forgetOldKeys(transaction: Transaction<Tables>): Promise<void> {
  await sql`
    delete from idempotency_key where (user_id, key) in (
      select user_id, key from idempotency_key
      where created_at < now() - make_interval(days => ${KEY_LIFETIME_DAYS}::integer)
      order by created_at
      limit ${FORGOTTEN_AT_A_TIME}::integer
      for update skip locked
    )
  `.execute(transaction);
}
