import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { AccountTotals } from '../domain/ledger-entry.ts';
import { readTotals } from '../store/accounts.ts';
import type { LoyaltyTables } from '../store/tables.ts';

/** By user id; null for an account without entries. */
export type TotalsLoader = BatchLoader<string, AccountTotals>;

export function createTotalsLoader(db: Kysely<LoyaltyTables>): TotalsLoader {
  return createBatchLoader<string, AccountTotals>('loyaltyTotals', (userIds) => readTotals(db, userIds));
}
