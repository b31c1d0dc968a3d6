import { type Kysely, sql, type Transaction } from 'kysely';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import type { Redemption } from '../domain/redemption.ts';
import { lockAccounts, readTotalsOf } from './accounts.ts';
import type { LoyaltyTables } from './tables.ts';

export type RedemptionOutcome =
  | { readonly kind: 'redeemed'; readonly entry: LedgerEntry }
  /** The key was used before; `entry` is what it did then. */
  | { readonly kind: 'repeated'; readonly entry: LedgerEntry }
  | { readonly kind: 'too few points'; readonly balance: number };

/**
 * Takes points from an account, unless its balance is lower or the idempotency key was used before. The account is
 * held from the reading of the balance to the writing of the entry: of calls at the same time the second sees what
 * the first has left.
 */
export async function redeem(
  db: Kysely<LoyaltyTables>,
  userId: string,
  redemption: Redemption,
): Promise<RedemptionOutcome> {
  return db.transaction().execute(async (transaction) => {
    await lockAccounts(transaction, [userId]);
    const repeated = await findByKey(transaction, userId, redemption.idempotencyKey);
    if (repeated !== undefined) return { kind: 'repeated', entry: repeated };
    const { balance } = await readTotalsOf(transaction, userId);
    if (balance < redemption.points) return { kind: 'too few points', balance };
    return { kind: 'redeemed', entry: await append(transaction, userId, redemption) };
  });
}

async function findByKey(
  transaction: Transaction<LoyaltyTables>,
  userId: string,
  key: string | null,
): Promise<LedgerEntry | undefined> {
  if (key === null) return undefined;
  const row = await transaction
    .selectFrom('ledger_entry')
    .select(['id', 'points', 'occurred_at'])
    .where('user_id', '=', userId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row && toRedemptionEntry(row);
}

async function append(
  transaction: Transaction<LoyaltyTables>,
  userId: string,
  { points, idempotencyKey }: Redemption,
): Promise<LedgerEntry> {
  const row = await transaction
    .insertInto('ledger_entry')
    .values({
      user_id: userId,
      points: -points,
      reason: 'REDEMPTION',
      order_id: null,
      event_id: null,
      idempotency_key: idempotencyKey,
      // The clock under the lock, not the start of the transaction: entries of one account follow each other in time.
      occurred_at: sql<Date>`clock_timestamp()`,
    })
    .returning(['id', 'points', 'occurred_at'])
    .executeTakeFirstOrThrow();
  return toRedemptionEntry(row);
}

function toRedemptionEntry(row: { id: string; points: number; occurred_at: Date }): LedgerEntry {
  return {
    id: row.id,
    points: row.points,
    reason: 'REDEMPTION',
    occurredAt: row.occurred_at,
    orderId: null,
  };
}
