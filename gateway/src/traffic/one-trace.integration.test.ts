import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRegistry, type Logger, withSpan } from '@tributary/telemetry';
import { recordSpans } from '@tributary/telemetry/testing';
import { expect, it } from 'vitest';
import { parsePolicy } from '../configuration/index.ts';
import { Lifetime } from '../subgraph/lifetime.ts';
import { createSubgraphClients } from './create-subgraph-clients.ts';
import { SubgraphStates } from './subgraph-states.ts';
import { createFetch } from './testing/fetches.ts';

it('whatever is sent for a fetch goes with its own trace, on connections and timers that others began', async () => {
  using spans = recordSpans();
  const traces: Record<string, string[]> = {};
  const hedge = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const { query } = JSON.parse(await text(request)) as { query: string };
    traces[query] ??= [];
    const sent = traces[query];
    sent.push(String(request.headers.traceparent));
    if (query === 'refused' && sent.length === 1) response.writeHead(503).end();
    else {
      if (query === 'slow' && sent.length === 1) await hedge.promise;
      else if (query === 'slow') hedge.resolve();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{}}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { traffic } = parsePolicy('traffic: { hedge: { enabled: true } }', 'policy.yaml');
  const logger = { warn: () => {} } as unknown as Logger;
  const registry = createRegistry('test', { processMetrics: false });
  await using client = createSubgraphClients({
    traffic,
    states: new SubgraphStates(logger, registry),
    signer: undefined,
    logger,
    registry,
  })('loyalty', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const ask = (query: string) =>
    withSpan('request', {}, async () => {
      using lifetime = new Lifetime(10_000);
      await client.send(createFetch({ body: JSON.stringify({ query }), lifetime }));
    });

  // Enough to know the usual time. The first of them opens the connection, and starts the timer of all.
  for (let each = 0; each < 130; each++) await ask(`usual ${each}`);
  await ask('refused');
  await ask('slow');
  server.close();
  server.closeAllConnections();

  expect([traces.refused, traces.slow].map((sent) => sent?.length)).toEqual([2, 2]);
  const own = spans.finished().map((span) => span.spanContext());
  for (const [query, sent] of Object.entries(traces)) {
    expect(new Set(sent).size, query).toBe(1);
    const [, traceId, spanId] = (sent[0] as string).split('-');
    expect(own).toContainEqual(expect.objectContaining({ traceId, spanId }));
  }
  expect(new Set(Object.values(traces).map(([sent]) => sent)).size).toBe(132);
});
