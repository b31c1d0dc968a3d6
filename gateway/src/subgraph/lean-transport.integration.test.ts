import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRawServer, type RawRequest } from '../testing/raw-server.ts';
import { createLeanTransport, type LeanTransportOptions } from './lean-transport.ts';
import { Lifetime } from './lifetime.ts';
import { post } from './testing/post.ts';

const ENDLESS = new Lifetime(Infinity);

function transportTo(url: string, options: Partial<LeanTransportOptions> = {}) {
  const defaults = {
    connectTimeoutMs: 1_000,
    maxResponseBytes: 1_000,
    maxConnections: 8,
    maxConnectionAgeMs: 60_000,
  };
  const transport = createLeanTransport({ url, ...defaults, ...options });
  const send = async (body: string, isRepeatable = true, lifetime = ENDLESS) => {
    const response = await post(transport, { headers: {}, body, isRepeatable, lifetime });
    return response.body.toString('latin1');
  };
  return {
    send,
    mutate: (body: string) => send(body, false),
    [Symbol.asyncDispose]: transport[Symbol.asyncDispose],
  };
}

/** What an echo answers. */
const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const echo = ({ socket, body }: RawRequest) => socket.write(ok(body), 'latin1');

describe('the lean transport', () => {
  it('posts bytes and gives bytes, by length or in chunks', async () => {
    const server = createServer((request, response) => {
      request.setEncoding('latin1').on('data', (chunk) => response.write(chunk, 'latin1'));
      request.on('end', () => response.end('!'));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    await using lean = transportTo(`http://127.0.0.1:${port}/`, { maxResponseBytes: 300_000 });
    const large = 'é\0\r\n'.repeat(50_000);

    expect(await lean.send('a')).toBe('a!');
    expect(await lean.send(large)).toBe(`${large}!`);
    server.closeAllConnections();
    server.close();
  });

  it('sends one request after the other on one connection', async () => {
    await using server = await createRawServer(echo);
    await using lean = transportTo(server.url);
    for (const body of ['a', 'b', 'c']) expect(await lean.send(body)).toBe(body);
    expect(server.sockets).toHaveLength(1);
  });

  it('opens no more connections than it may, and lets the rest wait', async () => {
    await using server = await createRawServer(echo);
    await using lean = transportTo(server.url, { maxConnections: 2 });
    const bodies = Array.from({ length: 20 }, (_, index) => `${index}`);
    expect(await Promise.all(bodies.map((body) => lean.send(body)))).toEqual(bodies);
    expect(server.sockets).toHaveLength(2);
  });

  it.each([
    [
      'says so',
      (request: RawRequest) =>
        request.socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na'),
    ],
    ['closes it', (request: RawRequest) => request.socket.end(ok('a'))],
    ['ends the body with it', (request: RawRequest) => request.socket.end('HTTP/1.1 200 OK\r\n\r\na')],
    [
      'speaks HTTP/1.0',
      (request: RawRequest) => request.socket.write('HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na'),
    ],
    [
      'sends more than the answer',
      (request: RawRequest) => request.socket.write(`${ok('a')}${ok('poison')}`),
    ],
    ['sends a line break more', (request: RawRequest) => request.socket.write(`${ok('a')}\r\n`)],
  ])('takes the answer, but never the connection again, when the server %s', async (_, answer) => {
    await using server = await createRawServer(answer);
    await using lean = transportTo(server.url);
    expect(await lean.send('1')).toBe('a');
    expect(await lean.send('2')).toBe('a');
    expect(server.sockets).toHaveLength(2);
  });

  it('never takes for the answer what was there before the request', async () => {
    await using server = await createRawServer(echo);
    await using lean = transportTo(server.url);
    await lean.send('a');
    const [first] = server.sockets;
    first?.write(ok('poison'));
    expect(await lean.send('b')).toBe('b');
    expect(server.sockets).toHaveLength(2);
  });

  it('does not use a connection again whose request was answered before it was sent', async () => {
    const large = 'x'.repeat(20_000_000);
    await using server = await createRawServer(echo);
    await using lean = transportTo(server.url);
    await lean.send('a');
    const [first] = server.sockets;
    first?.once('data', () => first.pause().write(ok('early')));
    expect(await lean.send(large)).toBe('early');
    first?.resume();
    expect(await lean.send('b')).toBe('b');
    expect(server.sockets).toHaveLength(2);
  });

  describe('when a kept connection closes on a request', () => {
    /** Answers the first request of a connection; the second closes it. */
    const closing = (request: RawRequest) =>
      request.ordinal === 1 ? echo(request) : request.socket.destroy();

    it('sends a query again, once, on another connection', async () => {
      await using server = await createRawServer(closing);
      await using lean = transportTo(server.url);
      await lean.send('a');
      expect(await lean.send('b')).toBe('b');
      expect(server.bodies).toEqual(['a', 'b', 'b']);
    });

    it('never sends a mutation again', async () => {
      await using server = await createRawServer(closing);
      await using lean = transportTo(server.url);
      await lean.send('a');
      await expect(lean.mutate('b')).rejects.toThrow();
      expect(server.bodies).toEqual(['a', 'b']);
    });

    it('does not send a query again of whose answer a byte has come', async () => {
      await using server = await createRawServer((request) =>
        request.ordinal === 1 ? echo(request) : request.socket.end('H'),
      );
      await using lean = transportTo(server.url);
      await lean.send('a');
      await expect(lean.send('b')).rejects.toMatchObject({ code: 'LEAN_CONNECTION_CLOSED' });
      expect(server.bodies).toEqual(['a', 'b']);
    });
  });

  it('does not send a query again that a new connection did not answer', async () => {
    await using server = await createRawServer(({ socket }) => socket.end());
    await using lean = transportTo(server.url);
    await expect(lean.send('a')).rejects.toMatchObject({ code: 'LEAN_CONNECTION_CLOSED' });
    expect(server.bodies).toEqual(['a']);
  });

  it('sends a mutation on another connection when its own closed while it was idle', async () => {
    await using server = await createRawServer(echo);
    await using lean = transportTo(server.url);
    await lean.mutate('a');
    const [first] = server.sockets;
    first?.end();
    if (first) await once(first, 'close');
    expect(await lean.mutate('b')).toBe('b');
    expect(server.bodies).toEqual(['a', 'b']);
  });

  it('does not use a connection again that the server keeps for a second only', async () => {
    await using server = await createRawServer(({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n'),
    );
    await using lean = transportTo(server.url);
    await lean.send('a');
    await lean.send('b');
    expect(server.sockets).toHaveLength(2);
  });

  it('ends the connection of a request that is aborted, and no other', async () => {
    const lifetime = new Lifetime(Infinity);
    await using server = await createRawServer((request) => {
      if (request.body === 'hang') lifetime.end(new Error('nobody waits'));
      else echo(request);
    });
    await using lean = transportTo(server.url);
    const [hung, answered] = await Promise.allSettled([lean.send('hang', true, lifetime), lean.send('a')]);
    expect(hung).toMatchObject({ status: 'rejected', reason: { message: 'nobody waits' } });
    expect(answered).toMatchObject({ status: 'fulfilled', value: 'a' });
    expect(await lean.send('b')).toBe('b');
    expect(server.bodies.filter((body) => body === 'hang')).toHaveLength(1);
  });

  it('never sends a request that was aborted while it waited', async () => {
    const lifetime = new Lifetime(Infinity);
    await using server = await createRawServer((request) => {
      if (request.body === 'first') lifetime.end();
      echo(request);
    });
    await using lean = transportTo(server.url, { maxConnections: 1 });
    const first = lean.send('first');
    await expect(lean.send('second', true, lifetime)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(lean.send('third', true, lifetime)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await first).toBe('first');
    expect(await lean.send('last')).toBe('last');
    expect(server.bodies).toEqual(['first', 'last']);
  });

  it('fails at once what waits for a server that takes no connection', async () => {
    const server = await createRawServer(echo);
    await server[Symbol.asyncDispose]();
    await using lean = transportTo(server.url, { maxConnections: 1 });
    const results = await Promise.allSettled([lean.send('a'), lean.mutate('b'), lean.send('c')]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'ECONNREFUSED' } });
  });

  it('refuses an answer that is malformed, and its connection', async () => {
    await using server = await createRawServer(({ socket, body }) =>
      socket.write(body === 'bad' ? 'HTTP/1.1 200 OK\nContent-Length: 0\n\n' : ok('good')),
    );
    await using lean = transportTo(server.url);
    await expect(lean.send('bad')).rejects.toMatchObject({ code: 'LEAN_MALFORMED_RESPONSE' });
    expect(await lean.send('b')).toBe('good');
    expect(server.sockets).toHaveLength(2);
  });

  it('sends nothing for a header that would be two', async () => {
    await using server = await createRawServer(echo);
    await using transport = createLeanTransport({
      url: server.url,
      connectTimeoutMs: 1_000,
      maxResponseBytes: 1_000,
      maxConnections: 1,
      maxConnectionAgeMs: 60_000,
    });
    const request = { headers: { 'x-a': 'b\r\nx-c: d' }, body: '', isRepeatable: true, lifetime: ENDLESS };
    await expect(post(transport, request)).rejects.toMatchObject({ code: 'LEAN_REQUEST_REFUSED' });
    expect(server.sockets).toHaveLength(0);
  });

  it('fails what is on its way and what comes later when it is disposed of', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await using server = await createRawServer(() => asked());
    const lean = transportTo(server.url, { maxConnections: 1 });
    const waiting = Promise.allSettled([lean.send('a'), lean.send('b')]);
    await isAsked;
    await lean[Symbol.asyncDispose]();
    for (const result of await waiting)
      expect(result).toMatchObject({ reason: { code: 'LEAN_CONNECTION_CLOSED' } });
    await expect(lean.send('c')).rejects.toMatchObject({ code: 'LEAN_CONNECTION_CLOSED' });
  });

  describe('in time', () => {
    afterEach(() => {
      vi.useRealTimers();
    });

    it('gives up a connection that is not there when its time is over', async () => {
      await using server = await createRawServer(echo);
      await using lean = transportTo(server.url);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const answer = expect(lean.send('a')).rejects.toMatchObject({ code: 'LEAN_CONNECT_TIMEOUT' });
      // It is being opened from here on; that it is open comes with a later turn.
      await setImmediate();
      vi.advanceTimersByTime(1_000);
      await answer;
    });

    it('closes a connection that nobody has used for a while', async () => {
      await using server = await createRawServer(echo);
      await using lean = transportTo(server.url);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      await lean.send('a');
      vi.advanceTimersByTime(3_000);
      await lean.send('b');
      expect(server.sockets).toHaveLength(1);
      await setImmediate();
      vi.advanceTimersByTime(5_000);
      const [first] = server.sockets;
      if (first && !first.closed) await once(first, 'close');
      expect(await lean.send('c')).toBe('c');
      expect(server.sockets).toHaveLength(2);
    });
  });

  describe('with pipelining', () => {
    it('writes the queries of a turn to one connection, up to as many as it may, and mutations alone', async () => {
      const arrivals: string[] = [];
      await using server = await createRawServer((request) => {
        arrivals.push(`${request.body} on ${server.sockets.indexOf(request.socket)}`);
        echo(request);
      });
      await using lean = transportTo(server.url, { maxConnections: 1, pipelining: 3 });
      await lean.send('warm');
      const sent = [lean.send('a'), lean.mutate('m'), lean.send('b'), lean.send('c'), lean.send('d')];
      expect(await Promise.all(sent)).toEqual(['a', 'm', 'b', 'c', 'd']);
      expect(server.bodies).toEqual(['warm', 'a', 'b', 'c', 'm', 'd']);
    });

    it('sends again what the close of the connection left unanswered', async () => {
      await using server = await createRawServer(({ socket, body }) => {
        if (server.sockets.indexOf(socket) > 0) socket.write(ok(body));
        else if (body === 'a')
          socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na`);
      });
      await using lean = transportTo(server.url, { maxConnections: 1, pipelining: 3 });
      expect(await Promise.all(['a', 'b', 'c'].map((body) => lean.send(body)))).toEqual(['a', 'b', 'c']);
    });

    it('sends again what shared a connection with a request that was aborted', async () => {
      const lifetime = new Lifetime(Infinity);
      await using server = await createRawServer(({ socket, body }) => {
        if (server.sockets.indexOf(socket) > 0) socket.write(ok(body));
        else if (body === 'c') lifetime.end();
      });
      await using lean = transportTo(server.url, { maxConnections: 1, pipelining: 3 });
      const sent = [lean.send('a', true, lifetime), lean.send('b'), lean.send('c')];
      const [first, ...others] = await Promise.allSettled(sent);
      expect(first).toMatchObject({ reason: { name: 'AbortError' } });
      expect(others).toMatchObject([{ value: 'b' }, { value: 'c' }]);
    });
  });
});
