import type { Counter } from '@tributary/telemetry';
import type { Lifetime } from '../subgraph/lifetime.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from '../subgraph/subgraph-client.ts';
import { type Timed, wheel } from '../subgraph/timing-wheel.ts';
import type { LatencyQuantile } from './latency-quantile.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface HedgeOptions {
  readonly latencies: LatencyQuantile;
  /** The one of the retries. */
  readonly budget: RetryBudget;
  readonly retries: Counter<'subgraph' | 'kind' | 'outcome'>;
}

/**
 * Asks a second time for what takes longer than most answers do. The first answer counts, and the other fetch is cancelled as all that
 * is still under way when the fetch is over.
 * Only queries, once each. (Dean and Barroso, "The Tail at Scale", 2013.)
 */
export function withHedge(sender: Sender, options: HedgeOptions): Sender {
  return {
    name: sender.name,
    send(request, lifetime, receiver, nowMs) {
      if (request.operationKind !== 'query') sender.send(request, lifetime, receiver, nowMs);
      else new HedgedFetch(sender, request, lifetime, receiver, options, nowMs).start();
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

/** Receives what becomes of the first attempt. */
class HedgedFetch implements Timed, Receiver {
  /** When to ask a second time. */
  dueMs = Infinity;
  isOnWheel = false;
  previous: Timed | undefined = undefined;
  next: Timed | undefined = undefined;
  readonly #sender: Sender;
  readonly #request: FetchRequest;
  readonly #lifetime: Lifetime;
  readonly #receiver: Receiver;
  readonly #options: HedgeOptions;
  readonly #startedMs: number;
  #isHedged = false;
  #underWay = 1;
  /** Set before the attempt that has lost is cancelled, and calls back. */
  #isOver = false;

  constructor(
    sender: Sender,
    request: FetchRequest,
    lifetime: Lifetime,
    receiver: Receiver,
    options: HedgeOptions,
    nowMs: number,
  ) {
    this.#sender = sender;
    this.#request = request;
    this.#lifetime = lifetime;
    this.#receiver = receiver;
    this.#options = options;
    this.#startedMs = nowMs;
  }

  start(): void {
    const afterMs = this.#options.latencies.value;
    if (afterMs !== undefined) {
      this.dueMs = this.#startedMs + afterMs;
      if (this.dueMs < this.#lifetime.dueMs) wheel.add(this);
    }
    this.#sender.send(this.#request, this.#lifetime, this, this.#startedMs);
  }

  /** Timers come before what has arrived: the answer of a busy turn may be there already, and is read first. */
  due(): void {
    setImmediate(() => this.#hedge());
  }

  #hedge(): void {
    if (this.#isOver || this.#lifetime.hasEnded) return;
    const { budget, retries } = this.#options;
    const isAllowed = budget.take();
    const outcome = isAllowed ? 'sent' : 'refused';
    retries.inc({ subgraph: this.#sender.name, kind: 'hedge', outcome });
    if (!isAllowed) return;
    this.#underWay++;
    this.#isHedged = true;
    const receiver: Receiver = {
      read: (response) => this.read(response),
      answered: (reading, nowMs) => this.#won(reading, 'won', nowMs),
      failed: (error) => this.failed(error),
    };
    this.#sender.send(this.#request, this.#lifetime, receiver, performance.now());
  }

  read(response: RawResponse): SubgraphReading<unknown> {
    return this.#receiver.read(response);
  }

  answered(reading: SubgraphReading<unknown>, nowMs: number): void {
    this.#won(reading, 'lost', nowMs);
  }

  failed(error: unknown): void {
    this.#underWay--;
    if (this.#isOver || this.#underWay > 0) return;
    this.#isOver = true;
    wheel.remove(this);
    this.#receiver.failed(error);
  }

  /** `hedge` is what became of the second attempt, if there was one. */
  #won(reading: SubgraphReading<unknown>, hedge: 'won' | 'lost', nowMs: number): void {
    this.#isOver = true;
    this.#options.latencies.observe(nowMs - this.#startedMs);
    wheel.remove(this);
    if (this.#isHedged) this.#request.span?.setAttribute('tributary.hedge', hedge);
    this.#receiver.answered(reading, nowMs);
  }
}
