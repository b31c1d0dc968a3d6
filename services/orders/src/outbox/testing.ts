import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Delivery, Receiver } from './receiver.ts';

export interface RecordingReceiver extends Receiver {
  /** Every batch it was sent, whatever it answered. */
  readonly batches: readonly (readonly OrderEvent[])[];
  /** Every event it was sent, in order. */
  received(): readonly OrderEvent[];
  /** Resolves when it has been sent this many events. */
  seen(eventCount: number): Promise<void>;
  /** How it answers from now on; it accepts everything until told otherwise. */
  answer: (events: readonly OrderEvent[], signal: AbortSignal) => Delivery | Promise<Delivery>;
}

export function createRecordingReceiver(): RecordingReceiver {
  const batches: (readonly OrderEvent[])[] = [];
  const milestones = createMilestones(() => batches.flat().length);
  const receiver: RecordingReceiver = {
    batches,
    received: () => batches.flat(),
    seen: milestones.reached,
    answer: acceptAll,
    async deliver(events, signal) {
      batches.push(events);
      milestones.check();
      return receiver.answer(events, signal);
    },
  };
  return receiver;
}

/** Promises that resolve when a count gets that far, so that no test has to look again and again. */
function createMilestones(count: () => number) {
  let waiting: { readonly target: number; readonly resolve: () => void }[] = [];
  const check = () => {
    for (const { target, resolve } of waiting) if (count() >= target) resolve();
    waiting = waiting.filter(({ target }) => count() < target);
  };
  return {
    check,
    async reached(target: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ target, resolve });
      check();
      await promise;
    },
  };
}

export function acceptAll(events: readonly OrderEvent[]): Delivery {
  return { kind: 'answered', results: new Map(events.map(({ id }) => [id, { kind: 'accepted' }])) };
}

export interface EventsRequest {
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly OrderEvent[];
}

export interface EventsServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly EventsRequest[];
  /** Resolves when this many requests have come in, all together. */
  seen(count: number): Promise<void>;
}

/** A real HTTP server in loyalty's place; `answer` does what it likes with the response. */
export async function startEventsServer(
  answer: (request: EventsRequest, response: ServerResponse) => void,
): Promise<EventsServer> {
  const requests: EventsRequest[] = [];
  const milestones = createMilestones(() => requests.length);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    // The tests' own sender wrote it.
    const { events } = JSON.parse(body) as { events: readonly OrderEvent[] };
    const received = { headers: request.headers, events };
    requests.push(received);
    milestones.check();
    answer(received, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/events`,
    requests,
    seen: milestones.reached,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers as loyalty does when all is well. */
export function applyAll({ events }: EventsRequest, response: ServerResponse): void {
  sendJson(response, { results: events.map(({ id }) => ({ id, status: 'applied' })) });
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
