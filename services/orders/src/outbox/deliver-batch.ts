import type { OrderEvent } from '../domain/order-event.ts';
import type { EventResult, Receiver } from './receiver.ts';

export interface BatchOutcome {
  /** By event id. Events that are missing were not delivered. */
  readonly results: ReadonlyMap<string, EventResult>;
  /** Why events are missing, when the receiver said so. */
  readonly failure: string | null;
}

/** Delivers a batch; when the receiver fails on it, delivers at least those of its events that it does accept. */
export async function deliverBatch(
  receiver: Receiver,
  events: readonly OrderEvent[],
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const delivery = await receiver.deliver(events, signal);
  if (delivery.kind === 'answered') return { results: delivery.results, failure: null };
  if (delivery.kind === 'unreachable') return { results: new Map(), failure: delivery.reason };
  return { results: await deliverHalves(receiver, events, signal), failure: delivery.reason };
}

/**
 * For events that failed together: one poison event must not keep its neighbours back. A half that fails is halved
 * again as long as the other one goes through. When both fail it is the receiver that is ill: an outage costs three
 * requests a batch, not one an event.
 */
async function deliverHalves(
  receiver: Receiver,
  events: readonly OrderEvent[],
  signal: AbortSignal,
): Promise<Map<string, EventResult>> {
  const results = new Map<string, EventResult>();
  if (events.length === 1) return results;
  const middle = Math.ceil(events.length / 2);
  const failed: (readonly OrderEvent[])[] = [];
  for (const half of [events.slice(0, middle), events.slice(middle)]) {
    const delivery = await receiver.deliver(half, signal);
    if (delivery.kind === 'answered') addAll(results, delivery.results);
    if (delivery.kind === 'failed') failed.push(half);
  }
  const [half, other] = failed;
  if (half !== undefined && other === undefined) addAll(results, await deliverHalves(receiver, half, signal));
  return results;
}

function addAll<K, V>(target: Map<K, V>, source: ReadonlyMap<K, V>): void {
  for (const [key, value] of source) target.set(key, value);
}
