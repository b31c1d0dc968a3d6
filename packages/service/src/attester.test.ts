import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { testTelemetry } from '@tributary/telemetry/testing';
import { expect, it, vi } from 'vitest';
import { startAttester } from './attester.ts';

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Beat {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly body: Record<string, string>;
}

/** An admin port that says `health.schema`, a registry that answers `answer.status`, and what came to it. */
async function start() {
  const stack = new AsyncDisposableStack();
  const health: { status: number; schema: string } = { status: 200, schema: 'one' };
  const answer: { status: number; body: string } = { status: 200, body: '{"leaseSeconds":0.06}' };
  const beats: Beat[] = [];
  const admin = stack.use(
    await listen((_request, response) => {
      response.writeHead(health.status).end(JSON.stringify({ checks: { schema: health.schema } }));
    }),
  );
  const registry = stack.use(
    await listen(async (request, response) => {
      const body = JSON.parse(await text(request));
      beats.push({ method: request.method, path: request.url, token: request.headers.authorization, body });
      response.writeHead(answer.status).end(answer.body);
    }),
  );
  const { logger, logs } = testTelemetry('users');
  const registration = { url: `${registry.url}/`, token: 'trb_x', environment: 'dev' };
  const attester = stack.use(startAttester({ name: 'users', adminUrl: admin.url, registration, logger }));
  return {
    health,
    answer,
    beats,
    attester,
    registry,
    logs: logs.lines,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

it('tells what the health endpoint says, three times in a lease, and stops with a last word', async () => {
  const running = await start();
  await vi.waitFor(() => expect(running.beats.length).toBeGreaterThan(3));
  const [first] = running.beats;
  expect(first).toMatchObject({
    method: 'POST',
    path: '/v1/environments/dev/attestations',
    token: 'Bearer trb_x',
    body: { subgraph: 'users', digest: 'one', replica: expect.stringMatching(/^[\w.:-]+$/) },
  });
  running.health.schema = 'two';
  await running.attester.attestNow();
  expect(running.beats.at(-1)?.body.digest).toBe('two');
  await running[Symbol.asyncDispose]();
  expect(running.beats.at(-1)).toMatchObject({ method: 'DELETE', body: { replica: first?.body.replica } });
});

it('tells nothing while the process is not ready', async () => {
  const running = await start();
  await vi.waitFor(() => expect(running.beats).not.toEqual([]));
  running.health.status = 503;
  await running.attester.attestNow();
  const count = running.beats.length;
  await running.attester.attestNow();
  expect(running.beats.length).toBe(count);
  await running[Symbol.asyncDispose]();
});

it.each([
  [403, '{"error":{"message":"This token is for orders, not for users."}}', /for orders/],
  [502, 'Bad Gateway', /status 502/],
])('says once that the registry answers %s, and goes on', async (status, body, reason) => {
  await using running = await start();
  await vi.waitFor(() => expect(running.beats).not.toEqual([]));
  Object.assign(running.answer, { status, body });
  for (let round = 0; round < 3; round++) await running.attester.attestNow();
  expect(running.logs).toEqual([
    expect.objectContaining({ level: 'warn', reason: expect.stringMatching(reason) }),
  ]);
  Object.assign(running.answer, { status: 200, body: '{}' });
  await running.attester.attestNow();
  expect(running.logs).toHaveLength(2);
});

it('ends soon while the registry is away', async () => {
  const running = await start();
  await running.registry[Symbol.asyncDispose]();
  await running.attester.attestNow();
  const begin = performance.now();
  await running.attester[Symbol.asyncDispose]();
  expect(performance.now() - begin).toBeLessThan(1_500);
  expect(running.logs).toEqual([
    expect.objectContaining({ reason: expect.stringContaining('ECONNREFUSED') }),
  ]);
});
