import { pointsForAmount } from './points.ts';

export type OrderEventType = 'order.placed' | 'order.cancelled';
export type OrderReason = 'ORDER_PLACED' | 'ORDER_CANCELLED';

/** What the orders service tells about an order. Ids are lower-case UUIDs. */
export interface OrderEvent {
  readonly id: string;
  readonly type: OrderEventType;
  readonly orderId: string;
  readonly userId: string;
  readonly occurredAt: Date;
  readonly total: { readonly amount: string; readonly currency: string };
}

/** What the ledger says about a step of an order, or is about to say. */
export interface OrderEntry {
  readonly eventId: string;
  readonly orderId: string;
  readonly userId: string;
  readonly reason: OrderReason;
  readonly points: number;
}

export interface NewOrderEntry extends OrderEntry {
  readonly occurredAt: Date;
}

/** What became of an event. A duplicate is as good as applied: its points are counted already. */
export type EventResult =
  | { readonly id: string; readonly status: 'applied' | 'duplicate' }
  | { readonly id: string; readonly status: 'rejected'; readonly reason: string };

export interface Settlement {
  readonly entries: readonly NewOrderEntry[];
  /** One for each event, in the order of the events. */
  readonly results: readonly EventResult[];
}

const REASONS: Readonly<Record<OrderEventType, OrderReason>> = {
  'order.placed': 'ORDER_PLACED',
  'order.cancelled': 'ORDER_CANCELLED',
};

/**
 * Decides what a batch of events adds to the ledger, given every entry that it already holds for these event ids and
 * these orders. An order is placed once and cancelled once, whatever the number, the order and the ids of the events:
 * - a cancellation takes back exactly what the ledger holds for the order, not what its own total says;
 * - a cancellation that comes first is remembered as an entry of zero points, and the order then earns zero. So the
 *   balance never dips below what it should be, not even for a moment.
 */
export function settleOrderEvents(events: readonly OrderEvent[], known: readonly OrderEntry[]): Settlement {
  const ledger = new KnownLedger(known);
  const entries: NewOrderEntry[] = [];
  const results: EventResult[] = [];

  for (const event of events) {
    const result = judge(event, ledger);
    results.push(result);
    if (result.status !== 'applied') continue;
    const entry = toEntry(event, ledger);
    ledger.add(entry);
    entries.push(entry);
  }
  return { entries, results };
}

// Private:

class KnownLedger {
  readonly #byEvent = new Map<string, OrderEntry>();
  readonly #byOrder = new Map<string, OrderEntry[]>();

  constructor(entries: readonly OrderEntry[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: OrderEntry): void {
    this.#byEvent.set(entry.eventId, entry);
    const ofOrder = this.#byOrder.get(entry.orderId);
    if (ofOrder === undefined) this.#byOrder.set(entry.orderId, [entry]);
    else ofOrder.push(entry);
  }

  event(id: string): OrderEntry | undefined {
    return this.#byEvent.get(id);
  }

  order(id: string): readonly OrderEntry[] {
    return this.#byOrder.get(id) ?? [];
  }
}

function judge(event: OrderEvent, ledger: KnownLedger): EventResult {
  const { id } = event;
  const reason = REASONS[event.type];
  const sameId = ledger.event(id);
  if (sameId !== undefined) {
    return sameId.orderId === event.orderId && sameId.reason === reason && sameId.userId === event.userId
      ? { id, status: 'duplicate' }
      : { id, status: 'rejected', reason: 'this event id was used for another event' };
  }
  const steps = ledger.order(event.orderId);
  if (steps.some((step) => step.userId !== event.userId)) {
    return { id, status: 'rejected', reason: 'this order belongs to another account' };
  }
  return { id, status: steps.some((step) => step.reason === reason) ? 'duplicate' : 'applied' };
}

function toEntry(event: OrderEvent, ledger: KnownLedger): NewOrderEntry {
  const { id: eventId, orderId, userId, occurredAt } = event;
  const steps = ledger.order(orderId);
  const reason = REASONS[event.type];
  if (reason === 'ORDER_CANCELLED') {
    const earned = steps.reduce((sum, step) => sum + step.points, 0);
    return { eventId, orderId, userId, reason, points: 0 - earned, occurredAt };
  }
  const points = steps.length > 0 ? 0 : pointsForAmount(event.total.amount);
  return { eventId, orderId, userId, reason, points, occurredAt };
}
