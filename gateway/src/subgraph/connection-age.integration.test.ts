import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRawServer } from '../testing/raw-server.ts';
import { createTransport } from './create-transport.ts';
import { Lifetime } from './lifetime.ts';
import { post } from './testing/post.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(['lean', 'undici'] as const)('a connection of the %s client', (httpClient) => {
  const transportTo = (url: string, maxConnectionAgeMs: number) => {
    const transport = createTransport({
      url,
      httpClient,
      maxConnectionAgeMs,
      connectTimeoutMs: 1_000,
      maxResponseBytes: 1_000,
      maxConnections: 1,
      pipelining: 1,
    });
    const send = async () => {
      const lifetime = new Lifetime(Infinity);
      const { body } = await post(transport, { headers: {}, body: 'a', isRepeatable: false, lifetime });
      return body.toString();
    };
    return { send, [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose]() };
  };

  it('takes no further request at its age, however busy it is, and loses none', async () => {
    await using server = await createRawServer(({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'),
    );
    await using transport = transportTo(server.url, 40);
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs) expect(await transport.send()).toBe('a');
    expect(server.sockets.length).toBeGreaterThan(2);
    expect(server.sockets.length).toBeLessThan(15);
  });

  // macOS has one loopback address only.
  it.skipIf(process.platform === 'darwin')(
    'is followed by one to the address that the name has by then',
    async () => {
      await using first = await serve('127.0.0.1', 0, 'first');
      await using second = await serve('127.0.0.2', first.port, 'second');
      let address = '127.0.0.1';
      vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, options: object, done: Found) => {
        const isAll = 'all' in options && options.all === true;
        process.nextTick(() => (isAll ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
        // The overloads of lookup cannot be said in one function.
      }) as never);
      await using transport = transportTo(`http://moving.example:${first.port}/`, 50);
      expect(await transport.send()).toBe('first');
      address = '127.0.0.2';
      await expect.poll(() => transport.send(), { interval: 5 }).toBe('second');
      expect([first, second].every(({ server }) => server.listening)).toBe(true);
    },
  );
});

type Found = (error: null, address: string | readonly object[], family?: number) => void;

async function serve(host: string, port: number, name: string) {
  const server: Server = createServer((_, response) => response.end(name)).listen(port, host);
  await once(server, 'listening');
  return {
    server,
    // A TCP server's address is never the string of a pipe.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
