import { type Money, toDecimal } from './money.ts';

export type OrderEventType = 'order.placed' | 'order.cancelled';

/** What other services are told, as it goes over the wire. Add fields; never rename or drop one. */
export interface OrderEvent {
  /** A UUID, the same in every delivery of this event: the receiver counts it once. */
  readonly id: string;
  readonly type: OrderEventType;
  readonly orderId: string;
  readonly userId: string;
  /** RFC 3339 in UTC. */
  readonly occurredAt: string;
  readonly total: { readonly amount: string; readonly currency: string };
}

export interface OrderEventFacts {
  readonly id: string;
  readonly type: OrderEventType;
  readonly orderId: string;
  readonly userId: string;
  readonly occurredAt: Date;
  readonly total: Money;
}

export function toOrderEvent({ id, type, orderId, userId, occurredAt, total }: OrderEventFacts): OrderEvent {
  return {
    id,
    type,
    orderId,
    userId,
    occurredAt: occurredAt.toISOString(),
    total: { amount: toDecimal(total), currency: total.currency },
  };
}
