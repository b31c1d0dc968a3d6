import type { Kysely } from 'kysely';
import type { LoyaltyTables } from '../store/tables.ts';
import { createHistoryLoader, type HistoryLoader } from './history-loader.ts';
import { createOrderPointsLoader, type OrderPointsLoader } from './order-points-loader.ts';
import { createTotalsLoader, type TotalsLoader } from './totals-loader.ts';

/** What one request has read. In: ids, from any number of fields. Out: one statement for each kind of question. */
export interface LoyaltyLoaders {
  readonly totals: TotalsLoader;
  readonly history: HistoryLoader;
  readonly orderPoints: OrderPointsLoader;
}

export function createLoaders(db: Kysely<LoyaltyTables>): LoyaltyLoaders {
  return {
    totals: createTotalsLoader(db),
    history: createHistoryLoader(db),
    orderPoints: createOrderPointsLoader(db),
  };
}
