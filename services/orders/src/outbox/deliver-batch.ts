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
 * For events that failed together: poison events must not keep their neighbours back, so what fails is halved until
 * each of them is alone. When both halves of the batch fail, either poison lies in both or the receiver is ill, and
 * one event alone tells which. So an outage costs four requests a batch, not one an event.
 */
async function deliverHalves(
  receiver: Receiver,
  events: readonly OrderEvent[],
  signal: AbortSignal,
): Promise<Map<string, EventResult>> {
  const results = new Map<string, EventResult>();
  const suspects = [events];
  let isWell = false;
  const deliver = async (part: readonly OrderEvent[]) => {
    const delivery = await receiver.deliver(part, signal);
    if (delivery.kind === 'answered') {
      isWell = true;
      for (const [id, result] of delivery.results) results.set(id, result);
    }
    return delivery.kind;
  };

  for (const part of suspects) {
    if (part.length === 1) continue;
    const middle = Math.ceil(part.length / 2);
    for (const half of [part.slice(0, middle), part.slice(middle)]) {
      const kind = await deliver(half);
      if (kind === 'unreachable') return results;
      if (kind === 'failed') suspects.push(half);
    }
    // The youngest, because the oldest of a batch may be the poison that has lain there for hours.
    if (!isWell) await deliver(part.slice(-1));
    if (!isWell) return results;
  }
  return results;
}
