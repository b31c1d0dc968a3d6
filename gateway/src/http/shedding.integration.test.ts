import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const QUERY = '{ viewer { name } }';

/** A gateway with so many requests in flight that wait for a subgraph, until they are released. */
async function startBusy(inFlight: number, policy: string) {
  await using stack = new AsyncDisposableStack();
  const library = stack.use(await startLibrary());
  const gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl, policy }));
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  library.subgraphs.readers.behave(async (_, response) => {
    await released;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"data":{"viewer":{"name":"Late"}}}');
  });
  const name = { 'apollographql-client-name': 'checkout', 'x-request-criticality': 'critical' };
  const running = Array.from({ length: inFlight }, () => gateway.query(QUERY, { headers: name }));
  await expect.poll(() => inFlightOf(gateway)).toBe(inFlight);
  const owned = stack.move();
  return { gateway, release, running, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function inFlightOf({ registry }: TestGateway): Promise<number> {
  return Number(/^gateway_requests_in_flight\{[^}]*\} (\d+)$/m.exec(await registry.metrics())?.[1]);
}

const POLICY = 'overload: { maxInFlight: 10, retryAfterSeconds: 3, clients: { checkout: critical } }';
const background = { 'x-request-criticality': 'background' };

describe('with more requests in flight than may be', () => {
  it('refuses at once, by 503 with a code, a trace and a time to come back', async () => {
    await using busy = await startBusy(10, POLICY);
    const { status, headers, ...body } = await busy.gateway.query(QUERY);
    const traceId = /^trace;desc="00-(\w{32})-\w{16}-00"$/.exec(headers.get('server-timing') ?? '')?.[1];
    expect([status, body]).toEqual([
      503,
      {
        errors: [
          {
            message: 'There is too much to do, send this again later',
            extensions: { code: 'OVERLOADED', traceId: expect.stringMatching(/^\w{32}$/) },
          },
        ],
      },
    ]);
    expect(body.errors?.[0]?.extensions?.traceId).toBe(traceId);
    expect([3, 4, 5, 6]).toContain(Number(headers.get('retry-after')));
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    busy.release();
    expect((await Promise.all(busy.running)).map((answer) => answer.data)).toEqual(
      Array(10).fill({ viewer: { name: 'Late' } }),
    );
    expect((await busy.gateway.query(QUERY)).status).toBe(200);
  });

  it('gives up what matters least first', async () => {
    await using busy = await startBusy(7, POLICY);
    expect((await busy.gateway.query(QUERY, { headers: background })).status).toBe(503);
    const others = [busy.gateway.query(QUERY), busy.gateway.query(QUERY)];
    await expect.poll(() => inFlightOf(busy.gateway)).toBe(9);
    expect((await busy.gateway.query(QUERY)).status).toBe(503);
    busy.release();
    for (const { status } of await Promise.all(others)) expect(status).toBe(200);
    expect(await busy.gateway.registry.metrics()).toMatch(
      /gateway_requests_shed_total\{criticality="background",reason="in_flight",service="gateway"\} 1\n/,
    );
    expect(busy.gateway.logs.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'too much to do: refuses requests' }),
    );
  });

  it('keeps the trace of the client, and its media type', async () => {
    await using busy = await startBusy(10, POLICY);
    const { headers } = await busy.gateway.query(QUERY, {
      headers: {
        accept: 'application/json',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    expect(headers.get('server-timing')).toMatch(/"00-0af7651916cd43dd8448eb211c80319c-/);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    busy.release();
  });

  it('lets the pages of an allowed origin read the refusal, and answers their preflight', async () => {
    await using busy = await startBusy(
      10,
      `${POLICY}\nsecurity: { allowedOrigins: ["https://app.example"] }`,
    );
    const origin = 'https://app.example';
    const refused = await busy.gateway.query(QUERY, { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([503, origin]);
    const preflight = await fetch(busy.gateway.endpoint, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.status).toBe(204);
    busy.release();
  });

  it('reads no body, and keeps the connection', async () => {
    await using busy = await startBusy(10, POLICY);
    const socket = connect(Number(new URL(busy.gateway.url).port), '127.0.0.1').setEncoding('latin1');
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    // The answer comes though not a byte of the body has, which would be refused by any parser.
    socket.write(`${head}content-length: 9\r\n\r\n`);
    const [first] = await once(socket, 'data');
    expect(first).toMatch(/^HTTP\/1\.1 503 (?:.|\r\n)*\r\nConnection: keep-alive\r\n/i);
    socket.write(`not json!${head}connection: close\r\ncontent-length: 2\r\n\r\n{}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 503 /);
    busy.release();
  });
});

it('refuses while the event loop is late, and not for long after', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({
    supergraphSdl: library.supergraphSdl,
    policy: 'overload: { minInFlight: 2, targetDelayMs: 20 }',
  });
  await gateway.query(QUERY);
  // Takes nine tenths of each moment away.
  const blocker = setInterval(() => block(90), 10);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const seen = new Set<number>();
  const client = async () => {
    while (!seen.has(503)) seen.add(await statusOf(gateway.endpoint, agent));
  };
  await Promise.all(Array.from({ length: 8 }, client));
  clearInterval(blocker);
  await expect.poll(() => statusOf(gateway.endpoint, agent), { interval: 20 }).toBe(200);
  agent.destroy();
  expect(await gateway.registry.metrics()).toMatch(
    /gateway_requests_shed_total\{criticality="default",reason="event_loop",service="gateway"\} [1-9]/,
  );
}, 20_000);

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

function statusOf(url: string, agent: Agent): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0));
  })
    .on('error', reject)
    .end(JSON.stringify({ query: QUERY }));
  return promise;
}
