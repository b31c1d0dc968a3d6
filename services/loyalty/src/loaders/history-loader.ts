import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import { type HistoryPage, readHistories } from '../store/history.ts';
import type { LoyaltyTables } from '../store/tables.ts';

export type HistoryLoader = BatchLoader<HistoryPage, readonly LedgerEntry[], string>;

export function createHistoryLoader(db: Kysely<LoyaltyTables>): HistoryLoader {
  const load = async (pages: readonly HistoryPage[]) => {
    const histories = await readHistories(db, pages);
    return new Map(pages.map((page, index) => [cacheKey(page), histories[index] ?? []]));
  };
  return createBatchLoader<HistoryPage, readonly LedgerEntry[], string>('loyaltyHistory', load, { cacheKey });
}

function cacheKey({ userId, limit, after }: HistoryPage): string {
  return JSON.stringify([userId, limit, after?.occurredAt, after?.id]);
}
