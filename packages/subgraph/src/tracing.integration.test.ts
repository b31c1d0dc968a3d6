import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type ReadableSpan, recordSpans } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { postAs, signedIn } from './testing.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

const ask = (books: RunningBooks, query: string, headers: Record<string, string> = {}) =>
  postAs(books.url, books.signer, signedIn('mia'), { query }, { audience: 'books', headers });

const idOf = (span: ReadableSpan | Span | undefined) => span?.spanContext().spanId;
const serverSpans = (spans: readonly ReadableSpan[]) => spans.filter(({ kind }) => kind === SpanKind.SERVER);

describe('the trace of a request to a subgraph', () => {
  it('continues the trace of the gateway and holds every batch, whatever the size of the body', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    // Larger than a socket's buffer: the body arrives in events of the connection, outside the request's context.
    const padding = `# ${'x'.repeat(500_000)}\n`;
    await ask(books, `${padding} query Shelf { books(count: 50) { title } }`, { traceparent: TRACEPARENT });

    const [server, ...otherServers] = serverSpans(spans.finished());
    expect(otherServers).toEqual([]);
    expect(server?.name).toBe('query');
    expect(server?.spanContext().traceId).toBe(TRACE_ID);
    expect(server?.parentSpanContext?.spanId).toBe(PARENT_ID);
    expect(server?.attributes).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Shelf',
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
    });

    const [batch, ...otherBatches] = spans.named('dataloader.batch titles');
    expect(otherBatches).toEqual([]);
    expect(batch?.attributes).toEqual({ 'dataloader.batch.size': 50 });
    expect(batch?.parentSpanContext?.spanId).toBe(idOf(server));
  });

  it('is finished by the time the answer arrives', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    for (let count = 1; count <= 20; count += 1) {
      await ask(books, '{ __typename }');
      expect(serverSpans(spans.finished())).toHaveLength(count);
    }
  });

  it('keeps simultaneous requests apart', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    await Promise.all(Array.from({ length: 20 }, () => ask(books, '{ books(count: 3) { title } }')));

    const parents = spans.named('dataloader.batch titles').map((batch) => batch.parentSpanContext?.spanId);
    const servers = serverSpans(spans.finished()).map(idOf);
    expect(parents.toSorted()).toEqual(servers.toSorted());
    expect(new Set(servers).size).toBe(20);
  });

  it('is active in resolvers and in the making of their context', async () => {
    using spans = recordSpans();
    const active: (Span | undefined)[] = [];
    await using books = await startBooks({
      createContext: ({ deadline: { signal } }) => {
        active.push(trace.getActiveSpan());
        const titles = { load: () => active.push(trace.getActiveSpan()) };
        // Only `load` is called here.
        return { signal, titles } as never;
      },
    });
    await ask(books, '{ book(id: "1") { title } }');
    const server = idOf(serverSpans(spans.finished())[0]);
    expect(active.map(idOf)).toEqual([server, server]);
  });

  it('shows a fault as an error, and a refusal of the client as none', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    await ask(books, '{ unknown }');
    await ask(books, '{ nothing }');
    const [fault, refusal] = serverSpans(spans.finished());
    expect(fault?.status.code).toBe(SpanStatusCode.ERROR);
    expect(refusal?.status.code).toBe(SpanStatusCode.UNSET);
    expect(refusal?.attributes['http.response.status_code']).toBe(400);
  });

  it('shows a stranger who was refused', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    const response = await fetch(`${books.url}/graphql`, { method: 'POST' });
    const [span] = spans.finished();
    expect(span?.name).toBe('POST /graphql');
    expect(span?.attributes['http.response.status_code']).toBe(403);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { traceId: span?.spanContext().traceId } }],
    });
  });

  it('never holds the document, its variables or the assertion', async () => {
    using spans = recordSpans();
    await using books = await startBooks();
    await ask(books, '{ book(id: "mia@example.com") { title } nothing }');
    await ask(books, '{ book(id: "mia@example.com") { title } }');
    const told = spans.finished().map(({ name, attributes, events }) => ({ name, attributes, events }));
    expect(JSON.stringify(told)).not.toMatch(/mia@example|eyJ/);
  });

  it('is measured by route and operation', async () => {
    await using books = await startBooks();
    await ask(books, '{ books(count: 7) { title } }');
    await ask(books, '{ unknown }');
    await fetch(`${books.url}/elsewhere`);
    const metrics = await books.telemetry.registry.metrics();
    expect(metrics).toMatch(/http_server_request_duration_seconds_count{[^}]*route="\/graphql"[^}]*} 2/);
    expect(metrics).toMatch(/http_server_request_duration_seconds_count{[^}]*route="unmatched"[^}]*} 1/);
    expect(metrics).toMatch(/graphql_operation_duration_seconds_count{[^}]*outcome="ok"[^}]*} 1/);
    expect(metrics).toMatch(/graphql_operation_duration_seconds_count{[^}]*outcome="error"[^}]*} 1/);
    expect(metrics).toMatch(/dataloader_batch_size_sum{[^}]*loader="titles"[^}]*} 7/);
  });
});
