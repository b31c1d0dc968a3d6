import { Pool } from 'undici';
import type { RawResponse } from '../../gateway/src/subgraph/subgraph-client.ts';
import type { CreateTransport, Transport, TransportRequest } from '../../gateway/src/subgraph/transport.ts';

export const createUndiciRequestTransport: CreateTransport = (options) => {
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: options.maxConnections,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  async function send({ headers, body, lifetime }: TransportRequest): Promise<RawResponse> {
    const response = await pool.request({
      method: 'POST',
      path: url.pathname,
      headers,
      body: Buffer.from(body, 'latin1'),
      signal: lifetime.signal,
    });
    return {
      status: response.statusCode,
      contentType: String(response.headers['content-type']),
      body: Buffer.from(await response.body.arrayBuffer()),
    };
  }
  return transportOf(send, () => pool.destroy());
};

/** The global one. */
export const createFetchTransport: CreateTransport = (options) => {
  async function send({ headers, body, lifetime }: TransportRequest): Promise<RawResponse> {
    const init = { method: 'POST', headers, body: Buffer.from(body, 'latin1'), signal: lifetime.signal };
    const response = await fetch(options.url, init);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? undefined,
      body: Buffer.from(await response.arrayBuffer()),
    };
  }
  return transportOf(send, async () => {});
};

// Private:

function transportOf(
  send: (request: TransportRequest) => Promise<RawResponse>,
  dispose: () => Promise<void>,
): Transport {
  return {
    send(request, receiver) {
      send(request).then(
        (response) => receiver.arrived(response),
        (reason) => receiver.failed(reason),
      );
    },
    [Symbol.asyncDispose]: dispose,
  };
}
