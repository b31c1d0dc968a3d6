import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { IDENTITY_HEADER } from '@tributary/identity';
import { recordSpans } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { postAs, signedIn } from './testing.ts';

const ask = (books: RunningBooks, query: string) =>
  postAs(books.url, books.signer, signedIn('mia'), { query }, { audience: 'books' });

/** A connection of its own, kept alive, for a test that has to say when it closes. */
async function openSocket(books: RunningBooks): Promise<Socket> {
  const { hostname, port } = new URL(books.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

async function requestBytes(books: RunningBooks, query: string, declaredLength?: number): Promise<string> {
  const assertion = await books.signer.sign(signedIn('mia'), 'books');
  const body = JSON.stringify({ query });
  return (
    `POST /graphql HTTP/1.1\r\nHost: books\r\nContent-Type: application/json\r\n${IDENTITY_HEADER}: ${assertion}\r\n` +
    `Content-Length: ${declaredLength ?? body.length}\r\n\r\n${body}`
  );
}

describe('stopping a subgraph', () => {
  it('answers the request in flight, refuses new ones, and closes kept-alive connections', async () => {
    const books = await startBooks();
    const idle = await openSocket(books);
    const inFlight = ask(books, '{ slow }');
    await books.slow.started;

    const stopped = books[Symbol.asyncDispose]();
    await expect(ask(books, '{ __typename }')).rejects.toThrow('fetch failed');
    books.slow.finish();
    expect(await inFlight).toMatchObject({ status: 200, data: { slow: 'done' } });
    await stopped;
    expect(await text(idle)).toBe('');
  });

  it('refuses, with a code, a request that was still arriving', async () => {
    const books = await startBooks();
    const inFlight = ask(books, '{ slow }');
    await books.slow.started;
    const socket = await openSocket(books);
    const bytes = await requestBytes(books, '{ book(id: "1") { id } }');
    socket.write(bytes.slice(0, 40));
    // A round trip behind those bytes: the server has read them.
    await ask(books, '{ __typename }');

    const stopped = books[Symbol.asyncDispose]();
    socket.write(bytes.slice(40));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"SERVICE_UNAVAILABLE"/is);
    books.slow.finish();
    await Promise.all([inFlight, stopped]);
  });

  it('cuts a request that outlasts the drain time', async () => {
    const books = await startBooks({ drainTimeoutMs: 20 });
    const inFlight = ask(books, '{ slow }');
    await books.slow.started;
    const [outcome] = await Promise.all([Promise.allSettled([inFlight]), books[Symbol.asyncDispose]()]);
    expect(outcome[0].status).toBe('rejected');
    books.slow.finish();
  });

  it('frees the port', async () => {
    const first = await startBooks();
    const port = Number(new URL(first.url).port);
    await first[Symbol.asyncDispose]();
    await using second = await startBooks({ port });
    expect(new URL(second.url).port).toBe(String(port));
  });
});

describe('starting a subgraph', () => {
  it('rejects when the port is taken', async () => {
    await using books = await startBooks();
    const port = Number(new URL(books.url).port);
    await expect(startBooks({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('rejects when the schema is wrong', async () => {
    await expect(startBooks({ typeDefs: 'type Query { a: Missing }' })).rejects.toThrow(/Missing/);
  });

  it('serves further routes with errors in the same form', async () => {
    await using books = await startBooks({
      routes: (app) => {
        app.get('/.well-known/jwks.json', async () => ({ keys: [] }));
        app.post('/events', async () => {
          throw new Error('db-7.internal is away');
        });
      },
    });
    expect(await (await fetch(`${books.url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
    const failed = await fetch(`${books.url}/events`, { method: 'POST' });
    expect(failed.status).toBe(500);
    expect(await failed.json()).toMatchObject({
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });
});

describe('a client that leaves', () => {
  it("aborts its request's signal", async () => {
    await using books = await startBooks();
    const socket = await openSocket(books);
    socket.write(await requestBytes(books, '{ slow }'));
    const signal = await books.slow.started;
    expect(signal.aborted).toBe(false);
    const aborted = once(signal, 'abort');
    socket.destroy();
    await aborted;
    books.slow.finish();
  });

  it('leaves the signal alone when it got its answer', async () => {
    const books = await startBooks();
    const inFlight = ask(books, '{ slow }');
    const signal = await books.slow.started;
    books.slow.finish();
    await inFlight;
    await books[Symbol.asyncDispose]();
    expect(signal.aborted).toBe(false);
  });

  it('ends the span of a request whose body it never finished', async () => {
    using spans = recordSpans();
    {
      await using books = await startBooks();
      const socket = await openSocket(books);
      socket.write(await requestBytes(books, '{ __typename }', 1_000_000));
      socket.end();
      await once(socket.resume(), 'close');
    }
    expect(spans.named('POST /graphql')).toHaveLength(1);
  });
});
