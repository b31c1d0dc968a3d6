import type { Transaction } from 'kysely';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Tables } from './tables.ts';

export interface EventToAppend {
  readonly event: OrderEvent;
  /** W3C trace context of the request, so that the delivery shows up in its trace. */
  readonly traceparent: string | undefined;
  readonly at: Date;
}

/** Writes an event in the transaction of the change it tells of: the two are committed together or not at all. */
export async function appendEvent(
  transaction: Transaction<Tables>,
  { event, traceparent, at }: EventToAppend,
): Promise<void> {
  await transaction
    .insertInto('outbox')
    .values({
      event_id: event.id,
      order_id: event.orderId,
      event: JSON.stringify(event),
      traceparent: traceparent ?? null,
      created_at: at,
      due_at: at,
      lease: null,
    })
    .execute();
}
