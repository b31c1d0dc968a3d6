import { type Span, SpanKind, trace } from '@opentelemetry/api';
import { extractContext, failSpan, runInContext, tracer } from '@tributary/telemetry';
import type { OrderEvent } from '../domain/order-event.ts';
import type { LeasedEvent } from '../store/outbox.ts';
import type { BatchOutcome } from './deliver-batch.ts';

/**
 * A PRODUCER span for each event, in the trace of the request that made it. A request to the receiver can have but
 * one parent: it becomes part of the first event's trace, and the other spans are linked to it. Most batches hold
 * one event, because the worker is woken at each commit.
 */
export async function traceDeliveries(
  events: readonly LeasedEvent[],
  deliver: (events: readonly OrderEvent[]) => Promise<BatchOutcome>,
): Promise<BatchOutcome> {
  const spans: Span[] = [];
  for (const leased of events) spans.push(startDeliverySpan(leased, spans[0]));
  const [first] = spans;
  if (first === undefined) throw new RangeError('There is nothing to deliver');

  try {
    const outcome = await runInContext(trace.setSpan(contextOf(events[0]), first), () =>
      deliver(events.map(({ event }) => event)),
    );
    for (const [index, { event }] of events.entries()) {
      const result = outcome.results.get(event.id);
      if (result?.kind === 'accepted') continue;
      const reason = result?.reason ?? outcome.failure ?? 'no result';
      failSpan(spans[index] ?? first, new Error(`not delivered: ${reason}`));
    }
    return outcome;
  } finally {
    for (const span of spans) span.end();
  }
}

function startDeliverySpan(leased: LeasedEvent, first: Span | undefined): Span {
  return tracer().startSpan(
    `send ${leased.event.type}`,
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        'messaging.operation.type': 'send',
        'messaging.message.id': leased.event.id,
        'tributary.outbox.attempt': leased.attempts,
      },
      ...(first !== undefined && { links: [{ context: first.spanContext() }] }),
    },
    contextOf(leased),
  );
}

function contextOf(leased: LeasedEvent | undefined) {
  return extractContext(leased?.traceparent ? { traceparent: leased.traceparent } : {});
}
