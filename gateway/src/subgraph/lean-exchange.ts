import type { Lifetime, LifetimeListener } from './lifetime.ts';
import type { RawResponse } from './subgraph-client.ts';
import type { TransportRequest } from './transport.ts';

/** One request from `send` to its end, which comes once: an answer, a fault, or the end of its lifetime. */
export class Exchange implements LifetimeListener {
  /** The whole request as byte text. */
  readonly text: string;
  readonly isRepeatable: boolean;
  wasSentAgain = false;
  isSettled = false;
  /** What else an abort has to end: the connection that the request is on. */
  onAbort: ((exchange: Exchange) => void) | undefined;
  readonly #lifetime: Lifetime;
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    text: string,
    { isRepeatable, lifetime }: TransportRequest,
    resolve: (response: RawResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.text = text;
    this.isRepeatable = isRepeatable;
    this.#lifetime = lifetime;
    this.#resolve = resolve;
    this.#reject = reject;
    lifetime.add(this);
  }

  lifetimeEnded(reason: unknown): void {
    this.fail(reason);
    this.onAbort?.(this);
  }

  succeed(response: RawResponse): void {
    if (this.#settle()) this.#resolve(response);
  }

  fail(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  #settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.#lifetime.remove(this);
    return true;
  }
}
