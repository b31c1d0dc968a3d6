import { type Kysely, sql } from 'kysely';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Tables } from './tables.ts';

export interface DeadLetter {
  readonly event: OrderEvent;
  readonly attempts: number;
  readonly reason: string;
  readonly diedAt: Date;
}

/** The oldest dead letters first. */
export async function listDeadLetters(db: Kysely<Tables>, limit: number): Promise<readonly DeadLetter[]> {
  const rows = await db
    .selectFrom('dead_letter')
    .select(['event', 'attempts', 'reason', 'died_at'])
    .orderBy('died_at')
    .orderBy('event_id')
    .limit(limit)
    .execute();
  return rows.map(({ event, attempts, reason, died_at }) => ({ event, attempts, reason, diedAt: died_at }));
}

/**
 * Puts dead letters back into the outbox with all attempts ahead of them, and answers how many. They get new places
 * in the sequence, in the order of their making; `'all'` means every one there is.
 */
export async function replayDeadLetters(
  db: Kysely<Tables>,
  eventIds: readonly string[] | 'all',
  now: Date,
): Promise<number> {
  const which = eventIds === 'all' ? sql`true` : sql`event_id = any(${eventIds}::uuid[])`;
  const { rows } = await sql`
    with gone as (delete from dead_letter where ${which} returning *)
    insert into outbox (event_id, order_id, event, traceparent, created_at, due_at)
    select event_id, order_id, event, traceparent, created_at, ${now}::timestamptz
    from gone order by created_at, event_id
    returning sequence
  `.execute(db);
  return rows.length;
}
