import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';

export interface Passed {
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Between a gateway and its registry: passes everything on, through the hands of whoever `tamper` is set to. */
export interface TamperingProxy extends AsyncDisposable {
  readonly url: string;
  tamper: ((answer: Passed) => Passed) | undefined;
  /** Answers that a registry gave, oldest first. */
  readonly passed: readonly Passed[];
}

export async function startTamperingProxy(target: string): Promise<TamperingProxy> {
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const abort = new AbortController();
    outgoing.once('close', () => abort.abort());
    void (async () => {
      const path = incoming.url ?? '';
      const { host: _host, connection: _connection, ...headers } = incoming.headers;
      const answer = await request(`${target}${path}`, { headers, signal: abort.signal });
      const body = Buffer.from(await answer.body.arrayBuffer());
      const original = { path, status: answer.statusCode, headers: answer.headers, body };
      passed.push(original);
      const { status, headers: answered, body: bytes } = proxy.tamper?.(original) ?? original;
      const { connection: _c, 'transfer-encoding': _t, 'content-length': _l, ...rest } = answered;
      outgoing.writeHead(status, rest).end(bytes);
    })().catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TamperingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tamper: undefined,
    passed,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

/** One bit of it, in the middle. */
export function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
