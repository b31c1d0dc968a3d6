import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Tables } from './tables.ts';

export interface LeasedEvent {
  readonly sequence: bigint;
  readonly event: OrderEvent;
  readonly traceparent: string | null;
  /** Deliveries tried, this one included. */
  readonly attempts: number;
}

/** Events that one worker may deliver until the lease runs out. */
export interface Lease {
  readonly id: string;
  readonly events: readonly LeasedEvent[];
}

export interface LeaseRequest {
  readonly limit: number;
  readonly now: Date;
  readonly leaseMs: number;
}

/** What became of the events of a lease. Those that are not named stay leased until the lease runs out. */
export interface Settlement {
  readonly delivered: readonly bigint[];
  readonly retry: readonly { readonly sequence: bigint; readonly dueAt: Date }[];
  readonly dead: readonly { readonly sequence: bigint; readonly reason: string }[];
}

/**
 * Takes the oldest due events, at most one of each order: an event waits until all earlier ones of its order are
 * settled. The statement commits by itself, so no transaction is open during a delivery. An attempt counts when it
 * begins, so an event that kills its worker runs out of attempts like any other.
 */
export async function leaseEvents(db: Kysely<Tables>, { limit, now, leaseMs }: LeaseRequest): Promise<Lease> {
  const id = randomUUID();
  const { rows } = await sql<LeasedEvent>`
    with due as (
      select sequence from outbox as candidate
      where candidate.due_at <= ${now}::timestamptz
        and not exists (
          select from outbox as earlier
          where earlier.order_id = candidate.order_id and earlier.sequence < candidate.sequence
        )
      order by sequence
      limit ${limit}::integer
      for update skip locked
    )
    update outbox
    set lease = ${id}::uuid, due_at = ${new Date(now.getTime() + leaseMs)}::timestamptz, attempts = attempts + 1
    from due
    where outbox.sequence = due.sequence
    returning outbox.sequence, outbox.event, outbox.traceparent, outbox.attempts
  `.execute(db);
  return { id, events: rows.toSorted((a, b) => (a.sequence < b.sequence ? -1 : 1)) };
}

/**
 * Writes down what became of leased events. A worker whose lease ran out meanwhile changes nothing: the event is
 * in other hands, and the receiver, which knows its id, counts it once.
 */
export async function settleEvents(
  db: Kysely<Tables>,
  lease: string,
  { delivered, retry, dead }: Settlement,
  now: Date,
): Promise<void> {
  if (delivered.length > 0) {
    await db
      .deleteFrom('outbox')
      .where('lease', '=', lease)
      .where(sql<boolean>`sequence = any(${delivered}::bigint[])`)
      .execute();
  }
  if (retry.length > 0) {
    await sql`
      update outbox set lease = null, due_at = later.due_at
      from unnest(
        ${retry.map(({ sequence }) => sequence)}::bigint[],
        ${retry.map(({ dueAt }) => dueAt.toISOString())}::timestamptz[]
      ) as later (sequence, due_at)
      where outbox.sequence = later.sequence and outbox.lease = ${lease}::uuid
    `.execute(db);
  }
  if (dead.length > 0) {
    await sql`
      with refused as (
        select * from unnest(
          ${dead.map(({ sequence }) => sequence)}::bigint[],
          ${dead.map(({ reason }) => reason)}::text[]
        ) as refused (sequence, reason)
      ), gone as (
        delete from outbox using refused
        where outbox.sequence = refused.sequence and outbox.lease = ${lease}::uuid
        returning outbox.*, refused.reason
      )
      insert into dead_letter (event_id, order_id, event, traceparent, created_at, attempts, reason, died_at)
      select event_id, order_id, event, traceparent, created_at, attempts, reason, ${now}::timestamptz from gone
    `.execute(db);
  }
}

export interface OutboxState {
  readonly pending: number;
  /** When the oldest undelivered event was written; null when there is none. */
  readonly oldestAt: Date | null;
  readonly deadLetters: number;
}

export async function readOutboxState(db: Kysely<Tables>): Promise<OutboxState> {
  const { rows } = await sql<OutboxState>`
    select
      (select count(*)::integer from outbox) as "pending",
      (select min(created_at) from outbox) as "oldestAt",
      (select count(*)::integer from dead_letter) as "deadLetters"
  `.execute(db);
  const [state] = rows;
  if (state === undefined) throw new Error('A select without from gives one row');
  return state;
}
