import { type Kysely, sql } from 'kysely';
import type { LoyaltyTables } from './tables.ts';

export interface OrderPoints {
  /** Whose ledger the points are in. */
  readonly userId: string;
  /** What the order's entries come to. */
  readonly points: number;
}

/** What each of many orders earned, in one statement; an order that the ledger has not met is not in the answer. */
export async function readOrderPoints(
  db: Kysely<LoyaltyTables>,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, OrderPoints>> {
  const { rows } = await sql<{ order_id: string; user_id: string; points: number }>`
    select order_id, user_id, sum(points)::int as points
    from ledger_entry
    where order_id = any(${orderIds}::uuid[])
    group by order_id, user_id
  `.execute(db);
  return new Map(rows.map(({ order_id, user_id, points }) => [order_id, { userId: user_id, points }]));
}
