import { type Kysely, sql, type Transaction } from 'kysely';
import { type AccountTotals, EMPTY_TOTALS } from '../domain/ledger-entry.ts';
import type { LoyaltyTables } from './tables.ts';

/**
 * Holds the accounts until the transaction ends, creating those that do not exist yet. Whoever appends to an account's
 * ledger holds it first, so what was read under the lock is still true when the entry is written. Both statements go
 * through the ids in the same order in every transaction: two batches never wait for each other in a circle.
 */
export async function lockAccounts(
  transaction: Transaction<LoyaltyTables>,
  userIds: Iterable<string>,
): Promise<void> {
  const sorted = [...new Set(userIds)].sort();
  await sql`
    insert into loyalty_account (user_id)
    select user_id from unnest(${sorted}::uuid[]) as given (user_id) order by user_id
    on conflict do nothing
  `.execute(transaction);
  await sql`
    select user_id from loyalty_account where user_id = any(${sorted}::uuid[]) order by user_id for no key update
  `.execute(transaction);
}

/** The sums of many accounts in one statement; an account without entries is not in the answer. */
export async function readTotals(
  db: Kysely<LoyaltyTables>,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, AccountTotals>> {
  const { rows } = await sql<{ user_id: string; balance: number; earned: number }>`
    select
      user_id,
      sum(points)::float8 as balance,
      coalesce(sum(points) filter (where reason <> 'REDEMPTION'), 0)::float8 as earned
    from ledger_entry
    where user_id = any(${userIds}::uuid[])
    group by user_id
  `.execute(db);
  return new Map(rows.map(({ user_id, balance, earned }) => [user_id, { balance, earned }]));
}

export async function readTotalsOf(db: Kysely<LoyaltyTables>, userId: string): Promise<AccountTotals> {
  return (await readTotals(db, [userId])).get(userId) ?? EMPTY_TOTALS;
}
