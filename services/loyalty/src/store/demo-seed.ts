import { type Kysely, sql, type Transaction } from 'kysely';
import type { LoyaltyTables } from './tables.ts';

/** Whether the demo data of that name is in, all of it. */
export async function isSeeded(db: Kysely<LoyaltyTables>, name: string): Promise<boolean> {
  const row = await db.selectFrom('demo_seed').select('scale').where('scale', '=', name).executeTakeFirst();
  return row !== undefined;
}

export async function markSeeded(transaction: Transaction<LoyaltyTables>, name: string): Promise<void> {
  await transaction.insertInto('demo_seed').values({ scale: name }).execute();
}

/** Replicas that start together take turns to seed; the lock ends with the transaction. */
export async function takeSeedTurn(transaction: Transaction<LoyaltyTables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('tributary.loyalty.seed'))`.execute(transaction);
}

/** Bulk data changes what the best plan is; an embedded database has nobody who notices. */
export async function gatherStatistics(transaction: Transaction<LoyaltyTables>): Promise<void> {
  await sql`analyze loyalty_account, ledger_entry`.execute(transaction);
}

/**
 * Lets the users redeem about a third of what they hold, in tens, shortly after their last entry: once, however often
 * it is called.
 */
export async function redeemAThird(
  transaction: Transaction<LoyaltyTables>,
  userIds: readonly string[],
): Promise<void> {
  await sql`
    insert into ledger_entry (user_id, points, reason, idempotency_key, occurred_at)
    select user_id, -10 * (sum(points) / 30), 'REDEMPTION', 'demo', max(occurred_at) + interval '10 minutes'
    from ledger_entry
    where user_id = any(${userIds}::uuid[])
    group by user_id
    having sum(points) >= 30
    on conflict (user_id, idempotency_key) where idempotency_key is not null do nothing
  `.execute(transaction);
}
