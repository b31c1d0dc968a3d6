import { recordSpans, type SpanRecorder } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let spans: SpanRecorder;
let library: Awaited<ReturnType<typeof startLibrary>>;
let gateway: TestGateway;

beforeAll(async () => {
  spans = stack.use(recordSpans());
  library = stack.use(await startLibrary());
  gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl }));
});
beforeEach(() => spans.reset());
afterAll(() => stack.disposeAsync());

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('one request is one trace', () => {
  it('from the caller through the server span to the plan, each fetch, and the subgraph', async () => {
    const query = 'query Shelf { viewer { name loans { title fine } } }';
    const { headers } = await gateway.query(query, {
      headers: {
        traceparent: CALLER,
        'apollographql-client-name': 'ios',
        'apollographql-client-version': '1.2',
      },
    });

    const [server] = spans.named('query');
    expect(server?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(server?.attributes).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Shelf',
      'graphql.client.name': 'ios',
      'graphql.client.version': '1.2',
      'http.route': '/graphql',
      'http.response.status_code': 200,
    });
    const children = spans.finished().filter((span) => span !== server);
    expect(children.map(({ name }) => name)).toEqual([
      'graphql.plan',
      'fetch readers',
      'fetch loans',
      'fetch fines',
    ]);
    for (const child of children) {
      expect(child.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(child.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    }
    expect(headers.get('server-timing')?.split(', ')[0]).toBe(
      `trace;desc="00-0af7651916cd43dd8448eb211c80319c-${server?.spanContext().spanId}-01"`,
    );

    const [fines] = spans.named('fetch fines');
    expect(fines?.attributes).toMatchObject({
      'tributary.subgraph': 'fines',
      'tributary.path': 'viewer.loans.@',
      'http.request.method': 'POST',
    });
    expect(library.subgraphs.fines.received.at(-1)?.headers.traceparent).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${fines?.spanContext().spanId}-01`,
    );
  });

  it('whose id is in each error, and whose failed fetch is marked', async () => {
    library.subgraphs.fines.behave((_, response) => response.destroy());
    const { errors } = await gateway.query('{ viewer { balance } }');
    library.subgraphs.fines.behave(undefined);
    const [failed] = spans.named('fetch fines');
    expect(failed?.attributes['error.type']).toBe('SUBGRAPH_UNAVAILABLE');
    expect(errors).toMatchObject([{ extensions: { traceId: failed?.spanContext().traceId } }]);
  });

  it('that goes on unsampled where the caller does not sample', async () => {
    await gateway.query('{ loanCount }', { headers: { traceparent: CALLER.replace(/01$/, '00') } });
    expect(library.subgraphs.loans.received.at(-1)?.headers.traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-\w{16}-00$/,
    );
    expect(spans.finished()).toEqual([]);
  });
});

it('records no personal data: neither variables nor literals nor data in spans, logs and metrics', async () => {
  const secret = 'mia.lindqvist';
  await gateway.query('query ($t: String!) { echo(text: $t) }', { variables: { t: secret } });
  await gateway.query(`{ echo(text: "${secret}") }`);
  await gateway.query('query ($t: Int!) { readers(first: $t) { id } }', { variables: { t: secret } });
  await gateway.query(`{ readers(first: "${secret}") { id } }`);
  library.subgraphs.readers.behave((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":"${secret}`),
  );
  await gateway.query(`{ echo(text: "${secret}") }`);
  library.subgraphs.readers.behave(undefined);

  const recorded = spans
    .finished()
    .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  expect(recorded.length).toBeGreaterThan(5);
  expect(JSON.stringify(recorded)).not.toContain(secret);
  expect(JSON.stringify(gateway.logs.lines)).not.toContain(secret);
  expect(await gateway.registry.metrics()).not.toContain(secret);
});

it('counts operations, errors and fetches under bounded labels', async () => {
  await gateway.query('{ refused }');
  await fetch(`${gateway.url}/random-path`);
  const metrics = await gateway.registry.metrics();
  expect(metrics).toMatch(/graphql_errors_total\{code="FORBIDDEN",service="gateway"\} 1/);
  expect(metrics).toMatch(
    /http_server_request_duration_seconds_count\{service="gateway",route="none",method="GET",status="404"\} 1/,
  );
  expect(metrics).toMatch(
    /subgraph_request_duration_seconds_count\{service="gateway",subgraph="readers",outcome="errors"\} 1/,
  );
  expect(metrics).not.toContain('random-path');
});
