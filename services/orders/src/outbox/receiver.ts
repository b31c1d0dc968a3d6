import type { OrderEvent } from '../domain/order-event.ts';

/** Whoever is told of events. `deliver` never rejects, not even when `signal` cuts it off: each way to fail is an answer. */
export interface Receiver {
  deliver(events: readonly OrderEvent[], signal: AbortSignal): Promise<Delivery>;
}

export type Delivery =
  /** By event id. An event without a result, or with one that is not known, counts as not delivered. */
  | { readonly kind: 'answered'; readonly results: ReadonlyMap<string, EventResult> }
  /** The receiver answered, but not with results: an error status, or something unreadable. One event may be why. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** No answer: refused, cut off or too late. No event can be blamed. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export type EventResult =
  | { readonly kind: 'accepted' }
  /** For good: the same event would be rejected again. */
  | { readonly kind: 'rejected'; readonly reason: string };
