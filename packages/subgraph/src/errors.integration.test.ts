import { recordSpans } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { postAs, signedIn } from './testing.ts';

const ask = (books: RunningBooks, query: string, variables = {}) =>
  postAs(books.url, books.signer, signedIn('mia'), { query, variables }, { audience: 'books' });

describe('an error in a subgraph', () => {
  it('is hidden when it has no code, and logged with the trace id that the client is given', async () => {
    using _spans = recordSpans();
    await using books = await startBooks();
    const { status, data, errors } = await ask(books, '{ unknown book(id: "1") { title } }');
    const traceId = errors[0]?.extensions?.traceId;
    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { unknown: null, book: { title: 'Title 1' } },
      errors: [
        {
          message: 'Internal server error',
          locations: [{ line: 1, column: 3 }],
          path: ['unknown'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
        },
      ],
    });
    expect(books.telemetry.logs.lines).toMatchObject([
      {
        level: 'error',
        trace_id: traceId,
        path: 'unknown',
        err: { message: expect.stringMatching(/^connection/) },
      },
    ]);
  });

  it('is logged once, however many fields it fails', async () => {
    await using books = await startBooks();
    const { errors } = await ask(books, '{ a: unknown b: unknown c: unknown }');
    expect(errors).toHaveLength(3);
    expect(books.telemetry.logs.lines).toHaveLength(1);
  });

  it('keeps its message, code and further facts when it is one of the catalogue', async () => {
    await using books = await startBooks();
    const { errors } = await ask(books, '{ coded }');
    expect(errors).toMatchObject([
      { message: 'Not for you', path: ['coded'], extensions: { code: 'FORBIDDEN', shelf: 'top' } },
    ]);
    expect(books.telemetry.logs.lines).toEqual([]);
  });

  it('keeps a code of its own', async () => {
    await using books = await startBooks();
    const { errors } = await ask(books, '{ customCode }');
    expect(errors).toMatchObject([{ message: 'Library closed', extensions: { code: 'LIBRARY_CLOSED' } }]);
  });

  it("tells nobody, not even the log, a resolver's value that does not fit its type", async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    const { errors } = await ask(books, '{ wrongType }');
    expect(errors).toMatchObject([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(books.telemetry.logs.lines).toMatchObject([
      { err: { message: 'Int cannot represent non-integer value: [omitted]' } },
    ]);
    const events = spans.finished().flatMap((span) => span.events);
    expect(JSON.stringify([books.telemetry.logs.lines, events])).not.toContain('mia@example.com');
  });

  it('is hidden when the context cannot be made', async () => {
    await using books = await startBooks({
      createContext: () => {
        throw new Error('no loaders on db-7.internal');
      },
    });
    const { status, errors } = await ask(books, '{ __typename }');
    expect(status).toBe(500);
    expect(errors).toMatchObject([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  it('is counted by its code, an unknown one under a fixed label', async () => {
    await using books = await startBooks();
    await ask(books, '{ coded unknown customCode }');
    const counts = await books.telemetry.registry.getSingleMetric('graphql_errors_total')?.get();
    expect(counts?.values).toMatchObject([
      { labels: { code: 'FORBIDDEN' }, value: 1 },
      { labels: { code: 'INTERNAL_SERVER_ERROR' }, value: 1 },
      { labels: { code: 'OTHER' }, value: 1 },
    ]);
  });
});

describe('introspection', () => {
  const query = '{ __schema { queryType { name } } }';

  it('is answered in development', async () => {
    await using books = await startBooks({ production: false });
    expect((await ask(books, query)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  it('is refused in production, where the gateway still gets the schema', async () => {
    await using books = await startBooks({ production: true });
    expect(await ask(books, query)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    const { data } = await ask(books, '{ _service { sdl } }');
    expect(data).toEqual({ _service: { sdl: expect.stringContaining('type Book') } });
  });
});
