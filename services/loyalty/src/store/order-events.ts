import { type Kysely, sql, type Transaction } from 'kysely';
import {
  type EventResult,
  type NewOrderEntry,
  type OrderEntry,
  type OrderEvent,
  settleOrderEvents,
} from '../domain/order-events.ts';
import { lockAccounts } from './accounts.ts';
import type { LoyaltyTables } from './tables.ts';

/**
 * Writes a batch of events to the ledger: all of it or, when this throws, none of it. Four statements, whatever the
 * size. Two batches that touch the same account come one after the other, so the second sees what the first wrote;
 * the unique constraints stand behind that for whatever the locks do not cover.
 */
export async function recordOrderEvents(
  db: Kysely<LoyaltyTables>,
  events: readonly OrderEvent[],
): Promise<readonly EventResult[]> {
  if (events.length === 0) return [];
  return db.transaction().execute((transaction) => recordOrderEventsWithin(transaction, events));
}

/** The same as part of a larger transaction. */
export async function recordOrderEventsWithin(
  transaction: Transaction<LoyaltyTables>,
  events: readonly OrderEvent[],
): Promise<readonly EventResult[]> {
  await lockAccounts(
    transaction,
    events.map((event) => event.userId),
  );
  const { entries, results } = settleOrderEvents(events, await readKnownEntries(transaction, events));
  if (entries.length > 0) await appendOrderEntries(transaction, entries);
  return results;
}

async function appendOrderEntries(
  transaction: Transaction<LoyaltyTables>,
  entries: readonly NewOrderEntry[],
): Promise<void> {
  await sql`
    insert into ledger_entry (event_id, order_id, user_id, reason, points, occurred_at)
    select * from unnest(
      ${entries.map((entry) => entry.eventId)}::uuid[],
      ${entries.map((entry) => entry.orderId)}::uuid[],
      ${entries.map((entry) => entry.userId)}::uuid[],
      ${entries.map((entry) => entry.reason)}::text[],
      ${entries.map((entry) => entry.points)}::int[],
      ${entries.map((entry) => entry.occurredAt.toISOString())}::timestamptz[]
    )
  `.execute(transaction);
}

async function readKnownEntries(
  transaction: Transaction<LoyaltyTables>,
  events: readonly OrderEvent[],
): Promise<readonly OrderEntry[]> {
  const { rows } = await sql<OrderEntry>`
    select event_id as "eventId", order_id as "orderId", user_id as "userId", reason, points
    from ledger_entry
    where event_id = any(${events.map((event) => event.id)}::uuid[])
      or order_id = any(${events.map((event) => event.orderId)}::uuid[])
  `.execute(transaction);
  return rows;
}
