import type { RawResponse } from './subgraph-client.ts';
import type { TransportRequest } from './transport.ts';

/** One request from `send` to its end, which comes once: an answer, a fault, or the signal. */
export class Exchange {
  /** The whole request as byte text. */
  readonly text: string;
  readonly isRepeatable: boolean;
  wasSentAgain = false;
  isSettled = false;
  /** What else an abort has to end: the connection that the request is on. */
  onAbort: ((exchange: Exchange) => void) | undefined;
  readonly #signal: AbortSignal;
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    text: string,
    { isRepeatable, signal }: TransportRequest,
    resolve: (response: RawResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.text = text;
    this.isRepeatable = isRepeatable;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this);
  }

  /** The signal fired. (The exchange itself is the listener: no closure for each request.) */
  handleEvent(): void {
    this.fail(this.#signal.reason);
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
    this.#signal.removeEventListener('abort', this);
    return true;
  }
}
