import {
  type DemoOrder,
  demoOrderBatches,
  demoProducts,
  SCALES,
  type Scale,
  type ScaleName,
} from '@tributary/demo-data';
import { type Kysely, sql } from 'kysely';
import { insertOrders, insertProducts, type OrderWithLines } from './store/insert-demo-orders.ts';
import type { Tables } from './store/tables.ts';

export interface SeedOptions {
  readonly scaleName: ScaleName;
  /** Told after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborted, it gives up after the batch in hand; the next run goes on from there. */
  readonly signal?: AbortSignal;
  /** How much there is of it, for tests. */
  readonly scale?: Scale;
  readonly batchSize?: number;
}

const BATCH_SIZE = 5_000;

/**
 * Adds the demo catalogue and orders. Each batch is one transaction with the note of how far it got, so a seed that
 * was killed goes on where it stopped, and a finished one is left alone. The orders are history: they take no stock,
 * and loyalty, which makes its ledger with the same generator, is sent no events. Answers how many were added.
 */
export async function seedDemoOrders(
  db: Kysely<Tables>,
  { scaleName, onProgress, signal, scale = SCALES[scaleName], batchSize = BATCH_SIZE }: SeedOptions,
): Promise<number> {
  if ((await readProgress(db, scaleName)) >= scale.orders) return 0;
  let seen = 0;
  let added = 0;
  for (const batch of demoOrderBatches(scale, batchSize)) {
    signal?.throwIfAborted();
    added += await addBatch(db, { scaleName, total: scale.orders, start: seen, batch });
    seen += batch.length;
    onProgress?.(seen, scale.orders);
  }
  return added;
}

interface Batch {
  readonly scaleName: ScaleName;
  /** Orders of the whole scale. */
  readonly total: number;
  readonly start: number;
  readonly batch: readonly DemoOrder[];
}

/** Adds what is missing of a batch whose first order has the index `start`. */
async function addBatch(db: Kysely<Tables>, { scaleName, total, start, batch }: Batch): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    // Replicas that start together take turns, and each finds what the others have added.
    await sql`select pg_advisory_xact_lock(hashtext('tributary.orders.seed'))`.execute(transaction);
    const seeded = await readProgress(transaction, scaleName);
    const missing = batch.slice(Math.max(0, seeded - start));
    if (missing.length === 0) return 0;

    if (start === 0) await insertProducts(transaction, demoProducts());
    await insertOrders(transaction, missing.map(toOrderWithLines));
    const progress = { scale: scaleName, seeded_orders: start + batch.length };
    await transaction
      .insertInto('seed')
      .values(progress)
      .onConflict((conflict) => conflict.column('scale').doUpdateSet(progress))
      .execute();
    // Bulk data changes what the best plan is; an embedded database has nobody who notices.
    if (progress.seeded_orders >= total)
      await sql`analyze product, customer_order, order_line`.execute(transaction);
    return missing.length;
  });
}

/** How many orders of the scale are there. The scales share orders, so one cannot be put on top of the other. */
async function readProgress(db: Kysely<Tables>, scaleName: ScaleName): Promise<number> {
  const progress = await db.selectFrom('seed').selectAll().executeTakeFirst();
  if (progress !== undefined && progress.scale !== scaleName) {
    throw new Error(
      `The database holds demo data of scale ${progress.scale}; scale ${scaleName} needs an empty one.`,
    );
  }
  return progress?.seeded_orders ?? 0;
}

function toOrderWithLines({ totalMinor, currency, lines, ...order }: DemoOrder): OrderWithLines {
  return {
    ...order,
    total: { amountMinor: totalMinor, currency },
    lines: lines.map(({ sku, title, quantity, unitPriceMinor }) => ({
      sku,
      title,
      quantity,
      unitPrice: { amountMinor: unitPriceMinor, currency },
    })),
  };
}
