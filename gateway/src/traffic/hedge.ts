import { type Counter, currentSpan } from '@tributary/telemetry';
import { Lifetime } from '../subgraph/lifetime.ts';
import type {
  RawResponse,
  SubgraphClient,
  SubgraphReading,
  SubgraphRequest,
} from '../subgraph/subgraph-client.ts';
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
 * Asks a second time for what takes longer than most answers do; the first answer counts and the other fetch is cancelled.
 * Only queries, once each. (Dean and Barroso, "The Tail at Scale", 2013.)
 */
export function withHedge(client: SubgraphClient, options: HedgeOptions): SubgraphClient {
  return {
    name: client.name,
    send<T>(request: SubgraphRequest<T>): Promise<T> {
      if (request.operationKind !== 'query') return client.send(request);
      return new Promise((resolve, reject) => {
        new HedgedFetch(client, request, options, resolve, reject).start();
      });
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

// Private:

class HedgedFetch<T> implements Timed {
  /** When to ask a second time. */
  dueMs = Infinity;
  isOnWheel = false;
  previous: Timed | undefined = undefined;
  next: Timed | undefined = undefined;
  readonly #client: SubgraphClient;
  readonly #request: SubgraphRequest<T>;
  readonly #options: HedgeOptions;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #startedMs = performance.now();
  readonly #attempts: Lifetime[] = [];
  #failed = 0;
  #isRead = false;

  constructor(
    client: SubgraphClient,
    request: SubgraphRequest<T>,
    options: HedgeOptions,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#client = client;
    this.#request = request;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const afterMs = this.#options.latencies.value;
    if (afterMs !== undefined) {
      this.dueMs = this.#startedMs + afterMs;
      if (this.dueMs < this.#request.lifetime.dueMs) wheel.add(this);
    }
    this.#send();
  }

  /** Timers come before what has arrived: the answer of a busy turn may be there already, and is read first. */
  due(): void {
    setImmediate(() => this.#hedge());
  }

  #hedge(): void {
    if (this.#isRead || this.#failed > 0 || this.#request.lifetime.hasEnded) return;
    const { budget, retries } = this.#options;
    const isAllowed = budget.take();
    const outcome = isAllowed ? 'sent' : 'refused';
    retries.inc({ subgraph: this.#client.name, kind: 'hedge', outcome });
    if (isAllowed) this.#send();
  }

  #send(): void {
    const lifetime = new Lifetime(Infinity, this.#request.lifetime);
    this.#attempts.push(lifetime);
    const isHedge = this.#attempts.length > 1;
    this.#client.send({ ...this.#request, lifetime, read: this.#read }).then(
      (value) => this.#won(value, isHedge),
      (error) => this.#lost(error),
    );
  }

  /** Reading twice would give the reader two answers. */
  readonly #read = (response: RawResponse): SubgraphReading<T> => {
    if (this.#isRead) throw new DOMException('The other answer was first', 'AbortError');
    const reading = this.#request.read(response);
    this.#isRead = true;
    return reading;
  };

  #won(value: T, isHedge: boolean): void {
    this.#options.latencies.observe(performance.now() - this.#startedMs);
    wheel.remove(this);
    if (this.#attempts.length === 1) {
      this.#attempts[0]?.complete();
      this.#resolve(value);
      return;
    }
    currentSpan()?.setAttribute('tributary.hedge', isHedge ? 'won' : 'lost');
    this.#resolve(value);
    // The other one has nobody who waits for it.
    for (const lifetime of this.#attempts) lifetime.end();
  }

  #lost(error: unknown): void {
    this.#failed++;
    if (this.#failed < this.#attempts.length) return;
    wheel.remove(this);
    for (const lifetime of this.#attempts) lifetime.complete();
    this.#reject(error);
  }
}
