import type { Lifetime } from './lifetime.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from './subgraph-client.ts';

/**
 * Sends fetches to one subgraph. Policies (breaker, retry, ...) are senders around a sender: see traffic/. Whoever sends is called back
 * rather than given a promise: with half a dozen policies around each of a dozen fetches of a request, promises are most of what policies cost.
 */
export interface Sender extends AsyncDisposable {
  readonly name: string;
  /**
   * Never throws. Nothing is sent for a lifetime that has ended, and what is under way ends with it: whoever made it ends it when the
   * fetch is over. `nowMs` is what performance.now() says: one look at the clock is enough for all policies.
   */
  send(request: FetchRequest, lifetime: Lifetime, receiver: Receiver, nowMs: number): void;
}

/**
 * Is told what became of a fetch: either of `answered` and `failed`, once, maybe before `send` has returned. They are called by sockets
 * and timers: no span is active then, and what they throw would meet others.
 */
export interface Receiver {
  /**
   * Reads the answer as soon as its last byte is there, inside the policies: what it throws (a TributaryError with a
   * SUBGRAPH_* code) is a failure of the fetch like any other.
   */
  read(response: RawResponse): SubgraphReading<unknown>;
  /** With what `read` has returned, and the time by then as performance.now() says. */
  answered(reading: SubgraphReading<unknown>, nowMs: number): void;
  /** With a TributaryError whose code is one of SUBGRAPH_*. */
  failed(error: unknown): void;
}
