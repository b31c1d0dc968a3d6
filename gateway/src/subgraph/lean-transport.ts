import { Exchange } from './lean-exchange.ts';
import { Pool } from './lean-pool.ts';
import { createRequestWriter } from './lean-request.ts';
import type { Transport, TransportOptions } from './transport.ts';

export interface LeanTransportOptions extends TransportOptions {
  /** Most queries that are written to one connection before the first of them is answered. 1, the default, is none. */
  readonly pipelining?: number;
}

/** Whether this client speaks with such a server: no TLS, no HTTP/2. */
export function speaksLean(url: URL): boolean {
  return url.protocol === 'http:';
}

/**
 * HTTP/1.1 POST on kept connections, for servers in one's own network: as little as that takes, and strict about the
 * rest (docs/decisions/0012-lean-http-client.md).
 *
 * Nothing is sent twice but a query, once, whose connection had answered before and closed without a byte of this
 * answer: then the server had most likely ended its idle time while the query was on its way.
 */
export function createLeanTransport(options: LeanTransportOptions): Transport {
  const url = new URL(options.url);
  const write = createRequestWriter(url);
  const pool = new Pool({
    ...options,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || 80,
    pipelining: options.pipelining ?? 1,
  });

  return {
    send(request, receiver) {
      let text: string;
      try {
        request.lifetime.throwIfEnded();
        text = write(request.headers, request.body);
      } catch (reason) {
        receiver.failed(reason);
        return;
      }
      pool.add(new Exchange(text, request, receiver));
    },
    [Symbol.asyncDispose]: async () => pool.close(),
  };
}
