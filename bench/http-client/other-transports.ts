import { Pool } from 'undici';
import type { CreateTransport } from '../../gateway/src/subgraph/transport.ts';

export const createUndiciRequestTransport: CreateTransport = (options) => {
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: options.maxConnections,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send({ headers, body, lifetime }) {
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
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
};

/** The global one. */
export const createFetchTransport: CreateTransport = (options) => ({
  async send({ headers, body, lifetime }) {
    const init = { method: 'POST', headers, body: Buffer.from(body, 'latin1'), signal: lifetime.signal };
    const response = await fetch(options.url, init);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? undefined,
      body: Buffer.from(await response.arrayBuffer()),
    };
  },
  [Symbol.asyncDispose]: async () => {},
});
