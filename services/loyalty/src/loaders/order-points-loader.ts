import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import { type OrderPoints, readOrderPoints } from '../store/order-points.ts';
import type { LoyaltyTables } from '../store/tables.ts';

/** By order id; null for an order that the ledger has not met. */
export type OrderPointsLoader = BatchLoader<string, OrderPoints>;

export function createOrderPointsLoader(db: Kysely<LoyaltyTables>): OrderPointsLoader {
  return createBatchLoader<string, OrderPoints>('orderPoints', (orderIds) => readOrderPoints(db, orderIds));
}
