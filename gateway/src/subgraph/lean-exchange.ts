import type { Lifetime, LifetimeListener } from './lifetime.ts';
import type { RawResponse } from './subgraph-client.ts';
import type { TransportReceiver, TransportRequest } from './transport.ts';

/** One request from `send` to its end, which comes once: an answer, a fault, or the end of its lifetime. */
export class Exchange implements LifetimeListener {
  /** The whole request as byte text. */
  readonly text: string;
  readonly isRepeatable: boolean;
  /** In the line for a connection. */
  isWaiting = false;
  wasSentAgain = false;
  isSettled = false;
  /** What else an abort has to end: the connection that the request is on. */
  onAbort: ((exchange: Exchange) => void) | undefined;
  readonly #lifetime: Lifetime;
  readonly #receiver: TransportReceiver;

  constructor(text: string, { isRepeatable, lifetime }: TransportRequest, receiver: TransportReceiver) {
    this.text = text;
    this.isRepeatable = isRepeatable;
    this.#lifetime = lifetime;
    this.#receiver = receiver;
    lifetime.add(this);
  }

  lifetimeEnded(reason: unknown): void {
    this.fail(reason);
    this.onAbort?.(this);
  }

  succeed(response: RawResponse): void {
    if (this.#settle()) this.#receiver.arrived(response);
  }

  fail(reason: unknown): void {
    if (this.#settle()) this.#receiver.failed(reason);
  }

  #settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.#lifetime.remove(this);
    return true;
  }
}
