import { type DemoOrder, demoOrders, type Scale } from '@tributary/demo-data';
import type { Kysely } from 'kysely';
import type { OrderEvent } from './domain/order-events.ts';
import { gatherStatistics, isSeeded, markSeeded, redeemAThird, takeSeedTurn } from './store/demo-seed.ts';
import { recordOrderEventsWithin } from './store/order-events.ts';
import type { LoyaltyTables } from './store/tables.ts';

const DEFAULT_BATCH_SIZE = 5_000;

export interface SeedOptions {
  readonly db: Kysely<LoyaltyTables>;
  /** Remembered once the data is in: a second run of that name does nothing. */
  readonly name: string;
  readonly scale: Scale;
  /** Events written at a time, and some: a user's are not torn apart. */
  readonly batchSize?: number;
  /** Aborted, it gives up between two batches, and nothing is added. */
  readonly signal?: AbortSignal;
  /** In users. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Adds the ledger of the demo orders, by the rules that real events go by, and a redemption for each user. One
 * transaction, the note that it is done included: after a kill in the middle there is nothing of it. Answers whether
 * it added anything.
 */
export async function seedDemoLedger(options: SeedOptions): Promise<boolean> {
  const { db, name, scale, batchSize = DEFAULT_BATCH_SIZE, signal, onProgress } = options;
  if (await isSeeded(db, name)) return false;
  return db.transaction().execute(async (transaction) => {
    await takeSeedTurn(transaction);
    if (await isSeeded(transaction, name)) return false;
    for (const { events, usersDone } of batches(scale, batchSize)) {
      signal?.throwIfAborted();
      await recordOrderEventsWithin(transaction, events);
      await redeemAThird(transaction, [...new Set(events.map((event) => event.userId))]);
      onProgress?.(usersDone, scale.users);
    }
    await gatherStatistics(transaction);
    await markSeeded(transaction, name);
    return true;
  });
}

// Private:

interface Batch {
  readonly events: readonly OrderEvent[];
  readonly usersDone: number;
}

/** Whole users at a time; the last batch ends with the last user. */
function* batches(scale: Scale, batchSize: number): Generator<Batch> {
  let events: OrderEvent[] = [];
  for (let index = 0; index < scale.users; index++) {
    events.push(...demoOrders(index, scale).flatMap(toEvents));
    if (events.length < batchSize && index < scale.users - 1) continue;
    yield { events, usersDone: index + 1 };
    events = [];
  }
}

/** What the orders service would have told of the order. */
function toEvents(order: DemoOrder): readonly OrderEvent[] {
  const facts = {
    orderId: order.id,
    userId: order.userId,
    total: { amount: toDecimal(order.totalMinor), currency: order.currency },
  };
  const { placedAt, cancelledAt } = order;
  const placed = { ...facts, id: crypto.randomUUID(), type: 'order.placed', occurredAt: placedAt } as const;
  if (cancelledAt === null) return [placed];
  return [placed, { ...facts, id: crypto.randomUUID(), type: 'order.cancelled', occurredAt: cancelledAt }];
}

/** Demo orders are in euros: 100 minor units to the whole. */
function toDecimal(totalMinor: bigint): string {
  return `${totalMinor / 100n}.${String(totalMinor % 100n).padStart(2, '0')}`;
}
