import { once } from 'node:events';
import { connect } from 'node:net';
import { currentDeadline } from '@tributary/deadline';
import { IDENTITY_HEADER } from '@tributary/identity';
import { recordSpans } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { createBatchLoader } from './batch-loader.ts';
import type { SubgraphDefinition } from './definition.ts';
import { type BookContext, type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { postAs, signedIn } from './testing.ts';

const ask = (books: RunningBooks, query: string, timeoutMs?: string) =>
  postAs(
    books.url,
    books.signer,
    signedIn('mia'),
    { query },
    {
      audience: 'books',
      headers: timeoutMs === undefined ? {} : { 'x-request-timeout-ms': timeoutMs },
    },
  );

/** Rejects when its request ends, as SQL does. */
async function untilTheEnd(): Promise<never> {
  const deadline = currentDeadline();
  if (deadline === undefined) throw new Error('There is no deadline here');
  if (!deadline.signal.aborted) await once(deadline.signal, 'abort');
  throw deadline.signal.reason;
}

const HEEDFUL: Pick<SubgraphDefinition<BookContext>, 'typeDefs' | 'resolvers'> = {
  typeDefs: 'type Query { quick: Int  heedful: Int  remainingMs: Float }',
  resolvers: {
    Query: { quick: () => 1, heedful: untilTheEnd, remainingMs: () => currentDeadline()?.remainingMs },
  },
};

async function timed<T>(work: Promise<T>): Promise<{ readonly result: T; readonly tookMs: number }> {
  const started = performance.now();
  return { result: await work, tookMs: performance.now() - started };
}

describe('the time that a request has', () => {
  it('is what its header grants, less a margin for the answer', async () => {
    await using books = await startBooks(HEEDFUL);
    const { data } = await ask(books, '{ remainingMs }', '4000');
    expect(data?.remainingMs).toBeGreaterThan(3_000);
    expect(data?.remainingMs).toBeLessThanOrEqual(3_950);
  });

  it.each([undefined, 'soon', '-5', '1e9'])('is the default where the header is %j', async (header) => {
    await using books = await startBooks({ ...HEEDFUL, budget: { defaultMs: 7_000, maxMs: 60_000 } });
    const { data } = await ask(books, '{ remainingMs }', header);
    expect(data?.remainingMs).toBeGreaterThan(6_000);
    expect(data?.remainingMs).toBeLessThanOrEqual(6_950);
  });

  it('is never more than the maximum', async () => {
    await using books = await startBooks({ ...HEEDFUL, budget: { defaultMs: 1_000, maxMs: 2_000 } });
    const { data } = await ask(books, '{ remainingMs }', '60000');
    expect(data?.remainingMs).toBeLessThanOrEqual(1_950);
  });

  it('is known to other routes too', async () => {
    await using books = await startBooks({
      routes: (app) => void app.get('/stuck', untilTheEnd),
    });
    const response = await fetch(`${books.url}/stuck`, { headers: { 'x-request-timeout-ms': '60' } });
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_TIMEOUT' } }] });
  });
});

describe('when the time is up', () => {
  it('what there is is the answer, with a coded error for the rest, while the caller still waits', async () => {
    using spans = recordSpans();
    await using books = await startBooks(HEEDFUL);
    const { result, tookMs } = await timed(ask(books, '{ quick heedful }', '400'));
    expect(result).toMatchObject({
      status: 200,
      data: { quick: 1, heedful: null },
      errors: [{ path: ['heedful'], extensions: { code: 'SERVICE_TIMEOUT' } }],
    });
    expect(tookMs).toBeGreaterThanOrEqual(375);
    expect(spans.named('query')[0]?.attributes['error.type']).toBe('SERVICE_TIMEOUT');
    expect(await books.telemetry.registry.metrics()).toMatch(
      /graphql_errors_total{code="SERVICE_TIMEOUT"[^}]*} 1/,
    );
  });

  it('work that does not heed it is left behind, and the whole answer is a coded error', async () => {
    await using books = await startBooks();
    const { status, errors } = await ask(books, '{ slow }', '60');
    expect(status).toBe(504);
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_TIMEOUT' } }]);
    books.slow.finish();
  });

  it('before the operation begins, no resolver runs', async () => {
    await using books = await startBooks();
    const { status, errors } = await ask(books, '{ book(id: "1") { title } }', '0');
    expect([status, errors[0]?.extensions?.code, books.resolverRuns()]).toEqual([504, 'SERVICE_TIMEOUT', 0]);
  });

  it('batches that were not begun are not begun', async () => {
    const loads: (readonly string[])[] = [];
    await using books = await startBooks({
      createContext: ({ deadline: { signal } }) => {
        const load = createBatchLoader('titles', async (ids: readonly string[]) => {
          loads.push(ids);
          return new Map();
        });
        const later = { load: (id: string) => untilTheEnd().catch(() => load.load(id)) };
        // Only `load` is called here.
        return { signal, titles: later } as never;
      },
    });
    const { errors } = await ask(books, '{ book(id: "1") { title } }', '60');
    expect([errors[0]?.extensions?.code, loads]).toEqual(['SERVICE_TIMEOUT', []]);
  });
});

describe('batches of two requests', () => {
  it('are never one, even of the same keys at the same moment', async () => {
    const loads: (readonly string[])[] = [];
    await using books = await startBooks({
      createContext: ({ deadline: { signal } }) => ({
        signal,
        titles: createBatchLoader('titles', async (ids: readonly string[]) => {
          loads.push(ids);
          return new Map(ids.map((id) => [id, id]));
        }),
      }),
    });
    await Promise.all([1, 2, 3].map(() => ask(books, '{ books(count: 2) { title } }')));
    expect(loads).toEqual([
      ['0', '1'],
      ['0', '1'],
      ['0', '1'],
    ]);
  });
});

describe('1,000 requests whose callers leave', () => {
  it('leave nothing behind', async () => {
    let begun = 0;
    const ended: unknown[] = [];
    await using books = await startBooks({
      ...HEEDFUL,
      resolvers: {
        Query: {
          quick: () => 1,
          heedful: () => {
            begun += 1;
            return untilTheEnd().catch((error) => {
              ended.push(error.code);
              throw error;
            });
          },
        },
      },
    });
    const { hostname, port } = new URL(books.url);
    const assertion = await books.signer.sign(signedIn('mia'), 'books');
    const body = '{"query":"{ heedful }"}';
    const bytes =
      `POST /graphql HTTP/1.1\r\nHost: books\r\nContent-Type: application/json\r\n${IDENTITY_HEADER}: ${assertion}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    for (let round = 0; round < 10; round += 1) {
      const sockets = Array.from({ length: 100 }, () => connect(Number(port), hostname));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      for (const socket of sockets) socket.write(bytes);
      while (begun < (round + 1) * 100) await ask(books, '{ quick }');
      for (const socket of sockets) socket.destroy();
      while (ended.length < begun) await ask(books, '{ quick }');
    }
    expect(ended).toHaveLength(1_000);
    expect(new Set(ended)).toEqual(new Set(['REQUEST_CANCELLED']));
  });
});
