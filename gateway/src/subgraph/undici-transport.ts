import { type Dispatcher, Pool } from 'undici';
import { basicCredentials } from './basic-credentials.ts';
import { drawMaxAgeMs } from './connection-age.ts';
import type { Lifetime, LifetimeListener } from './lifetime.ts';
import type { CreateTransport, TransportReceiver } from './transport.ts';

/** HTTP/1.1 by undici on a pool of kept connections: TLS, and every kind of server that there is. */
export const createUndiciTransport: CreateTransport = (options) => {
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: options.maxConnections,
    connect: { timeout: options.connectTimeoutMs },
    maxResponseSize: options.maxResponseBytes,
    clientTtl: drawMaxAgeMs(options.maxConnectionAgeMs),
    // The request's lifetime is the only clock.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  const path = `${url.pathname}${url.search}`;
  const authorization = basicCredentials(url);

  return {
    send({ headers, body, lifetime }, receiver) {
      if (lifetime.hasEnded) {
        receiver.failed(lifetime.reason);
        return;
      }
      const exchange = new Exchange(lifetime, receiver);
      const options = {
        method: 'POST',
        path,
        headers: authorization ? { authorization, ...headers } : headers,
        body: Buffer.from(body, 'latin1'),
      } as const;
      try {
        pool.dispatch(options, exchange);
      } catch (reason) {
        exchange.fail(reason);
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
};

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Collects one answer. `dispatch` with this costs about half of undici's `request` with its stream for the body. */
class Exchange implements Dispatcher.DispatchHandler, LifetimeListener {
  readonly #lifetime: Lifetime;
  readonly #receiver: TransportReceiver;
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #status = 0;
  #headers: ResponseHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor(lifetime: Lifetime, receiver: TransportReceiver) {
    this.#lifetime = lifetime;
    this.#receiver = receiver;
    lifetime.add(this);
  }

  /** A request that still waits for a connection is not sent any more: see onRequestStart. */
  lifetimeEnded(reason: unknown): void {
    this.#controller?.abort(reason as Error);
    this.fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#lifetime.hasEnded) controller.abort(this.#lifetime.reason as Error);
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHeaders,
  ): void {
    // Called for 1xx too; the last one counts.
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const [first, second] = this.#chunks;
    const body = first && second === undefined ? first : Buffer.concat(this.#chunks);
    const headers = this.#headers;
    this.#receiver.arrived({
      status: this.#status,
      contentType: firstOf(headers['content-type']),
      retryAfter: firstOf(headers['retry-after']),
      cacheControl: listOf(headers['cache-control']),
      cacheTag: listOf(headers['cache-tag']),
      age: firstOf(headers.age),
      body,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(reason: unknown): void {
    if (this.#settle()) this.#receiver.failed(reason);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#lifetime.remove(this);
    return true;
  }
}

/** What several fields say of a list holds together (RFC 9110, 5.3). */
function listOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
