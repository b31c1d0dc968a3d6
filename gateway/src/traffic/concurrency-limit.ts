import { TributaryError, withoutStacks } from '@tributary/errors';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import { idleClock } from '../subgraph/idle-clock.ts';
import type { Lifetime } from '../subgraph/lifetime.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from '../subgraph/subgraph-client.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { ConcurrencySettings } from './subgraph-settings.ts';
import type { NoTurn, WaitingLine } from './waiting-line.ts';

/** What all clients of one subgraph share. */
export interface Turns {
  readonly limit: AdaptiveLimit;
  readonly line: WaitingLine;
}

/**
 * Sends no more at once than the subgraph can take, as its latency tells. What finds no room waits for its turn, for a
 * while and in a bounded line. It counts what is really sent: it is the innermost policy, and a retry waits again.
 */
export function withConcurrencyLimit(
  sender: Sender,
  { limit, line }: Turns,
  { queue, queueTimeoutMs }: ConcurrencySettings,
  idleMs: () => number = idleClock,
): Sender {
  const place: Place = { limit, ended, idleMs };

  /** Has a place already. */
  function sendNow(
    request: FetchRequest,
    lifetime: Lifetime,
    receiver: Receiver,
    nowMs: number,
    inFlight: number,
  ): void {
    const fetch = new LimitedFetch(place, targetOf(request), lifetime, receiver, inFlight, nowMs);
    sender.send(request, lifetime, fetch, nowMs);
  }

  function ended(): void {
    limit.end();
    while (line.length > 0 && limit.hasRoom && line.next()) limit.begin();
  }

  async function waitAndSend(
    request: FetchRequest,
    lifetime: Lifetime,
    receiver: Receiver,
    waitingMs: number,
  ): Promise<void> {
    try {
      await line.wait(lifetime, {
        // What is usual is an average: half of the answers are there sooner.
        needsMs: limit.usualMs(targetOf(request)) / 2,
        longestMs: queueTimeoutMs,
        capacity: queue,
      });
    } catch (reason) {
      receiver.failed(
        isNoTurn(reason) ? overloaded(sender.name, reason) : toSubgraphFailure(sender.name, reason),
      );
      return;
    }
    const nowMs = performance.now();
    request.span?.setAttribute('tributary.queued_ms', Math.round(nowMs - waitingMs));
    sendNow(request, lifetime, receiver, nowMs, limit.inFlight);
  }

  return {
    name: sender.name,
    send(request, lifetime, receiver, nowMs) {
      if (line.length > 0 || !limit.hasRoom) void waitAndSend(request, lifetime, receiver, nowMs);
      else sendNow(request, lifetime, receiver, nowMs, limit.begin());
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

interface Place {
  readonly limit: AdaptiveLimit;
  /** To be called when the place is free again. */
  ended(): void;
  idleMs(): number;
}

class LimitedFetch implements Receiver {
  readonly #place: Place;
  readonly #target: string;
  readonly #lifetime: Lifetime;
  readonly #receiver: Receiver;
  readonly #inFlight: number;
  readonly #startedMs: number;
  readonly #startedIdleMs: number;

  constructor(
    place: Place,
    target: string,
    lifetime: Lifetime,
    receiver: Receiver,
    inFlight: number,
    nowMs: number,
  ) {
    this.#place = place;
    this.#target = target;
    this.#lifetime = lifetime;
    this.#receiver = receiver;
    this.#inFlight = inFlight;
    this.#startedMs = nowMs;
    this.#startedIdleMs = place.idleMs();
  }

  read(response: RawResponse): SubgraphReading<unknown> {
    return this.#receiver.read(response);
  }

  answered(reading: SubgraphReading<unknown>, nowMs: number): void {
    const { limit, idleMs } = this.#place;
    const ownMs = Math.max(0, nowMs - this.#startedMs - (idleMs() - this.#startedIdleMs));
    limit.answered(this.#target, this.#inFlight, this.#startedMs, nowMs, ownMs);
    this.#place.ended();
    this.#receiver.answered(reading, nowMs);
  }

  failed(error: unknown): void {
    this.#observe(error);
    this.#place.ended();
    this.#receiver.failed(error);
  }

  #observe(error: unknown): void {
    const { limit } = this.#place;
    const nowMs = performance.now();
    if (this.#lifetime.hasEnded) {
      const isOver = (this.#lifetime.reason as Error | undefined)?.name === 'TimeoutError';
      if (isOver) limit.timedOut(this.#target, this.#startedMs, nowMs);
    } else if (error instanceof SubgraphRefusal && error.isOverload) limit.dropped(this.#startedMs, nowMs);
  }
}

/** Of those asked for together the first: what they take is about what they take together each time. */
function targetOf({ targets }: FetchRequest): string {
  return targets[0] ?? '';
}

function isNoTurn(reason: unknown): reason is NoTurn {
  return reason === 'full' || reason === 'late';
}

function overloaded(subgraph: string, why: NoTurn): TributaryError {
  const message =
    why === 'full'
      ? `Too many fetches wait for the subgraph ${subgraph}`
      : `The subgraph ${subgraph} has more to do than it could answer in time`;
  const extensions = { subgraph, retryable: true };
  return withoutStacks(() => new TributaryError('SUBGRAPH_OVERLOADED', message, { extensions }));
}
