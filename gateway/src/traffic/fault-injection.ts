import type { Counter } from '@tributary/telemetry';
import type { FaultsPolicy } from '../configuration/index.ts';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import type { Lifetime } from '../subgraph/lifetime.ts';
import { readUnlessRefused } from '../subgraph/refusal.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from '../subgraph/subgraph-client.ts';
import { pause } from './pause.ts';

export type FaultRule = FaultsPolicy['rules'][number];
type Fault = NonNullable<FaultRule['fault']>;

export interface FaultInjectionOptions {
  /** Of this subgraph. */
  readonly rules: readonly FaultRule[];
  readonly seed: number;
  readonly injected: Counter<'subgraph' | 'fault'>;
}

/**
 * Faults on purpose, where those of the network would come from: next to the transport, below every policy. The same seed and
 * the same fetches in the same order meet the same faults.
 */
export function withFaults(sender: Sender, { rules, seed, injected }: FaultInjectionOptions): Sender {
  const subgraph = sender.name;
  const random = createRandom(seed);

  async function inject(
    { delayMs, fault }: FaultRule,
    request: FetchRequest,
    lifetime: Lifetime,
    receiver: Receiver,
  ): Promise<void> {
    const kind = fault?.kind ?? 'delay';
    injected.inc({ subgraph, fault: kind });
    request.span?.setAttribute('tributary.injected_fault', kind);
    if (delayMs !== undefined) await pause(delayMs, lifetime);
    if (lifetime.hasEnded) receiver.failed(toSubgraphFailure(subgraph, lifetime.reason));
    else if (fault === undefined) sender.send(request, lifetime, receiver, performance.now());
    else give(fault, receiver);
  }

  function give(fault: Fault, receiver: Receiver): void {
    let reading: SubgraphReading<unknown>;
    try {
      reading = readUnlessRefused(subgraph, receiver, answerOf(subgraph, fault));
    } catch (error) {
      receiver.failed(error);
      return;
    }
    receiver.answered(reading, performance.now());
  }

  return {
    name: subgraph,
    send(request, lifetime, receiver, nowMs) {
      const rule = rules.find(
        ({ target, percent }) =>
          (target === undefined || request.targets.includes(target)) && random() * 100 < percent,
      );
      if (rule === undefined) sender.send(request, lifetime, receiver, nowMs);
      else void inject(rule, request, lifetime, receiver);
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

/** @throws TributaryError where there is none. */
function answerOf(subgraph: string, fault: Fault): RawResponse {
  switch (fault.kind) {
    case 'reset': {
      const cause = Object.assign(new Error('read ECONNRESET (injected)'), { code: 'ECONNRESET' });
      throw toSubgraphFailure(subgraph, cause);
    }
    case 'status': {
      const body = Buffer.from(`<!doctype html><title>${fault.status}</title>`);
      return { status: fault.status, contentType: 'text/html', retryAfter: fault.retryAfter, body };
    }
    case 'malformed':
      return jsonAnswer('{"data":{"');
    case 'error': {
      const error = { message: 'An injected fault', extensions: { code: fault.code } };
      return jsonAnswer(JSON.stringify({ errors: [error], data: null }));
    }
  }
}

function jsonAnswer(text: string): RawResponse {
  return { status: 200, contentType: 'application/json', body: Buffer.from(text) };
}

/** mulberry32: even enough for shares, and repeatable. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
