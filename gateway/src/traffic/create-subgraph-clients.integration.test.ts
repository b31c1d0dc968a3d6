import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRegistry, type Logger } from '@tributary/telemetry';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../configuration/index.ts';
import { Lifetime } from '../subgraph/lifetime.ts';
import type { SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { createSubgraphClients } from './create-subgraph-clients.ts';
import { SubgraphStates } from './subgraph-states.ts';
import { createFetch } from './testing/fetches.ts';

/** A server that says with what it answers, and the gateway's clients of it. */
async function start(listener: RequestListener, policyText = '{}') {
  let received = 0;
  const server = createServer((request, response) => {
    received++;
    void text(request).then(() => listener(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const registry = createRegistry('test', { processMetrics: false });
  const lines: object[] = [];
  const logger = { warn: (facts: object) => lines.push(facts) } as unknown as Logger;
  const states = new SubgraphStates(logger, registry);
  const createClient = (policy = policyText) => {
    const { traffic, faults } = parsePolicy(policy, 'policy.yaml');
    const create = createSubgraphClients({ traffic, faults, states, signer: undefined, logger, registry });
    return create('loyalty', url);
  };
  const client = createClient();
  let count = 0;
  const ask = async (overrides: Partial<SubgraphRequest<string>> = {}, by = client) => {
    using lifetime = new Lifetime(10_000);
    const body = `{"query":"{me{id}}","variables":{"n":${count++}}}`;
    return await by.send(createFetch({ body, lifetime, ...overrides })).catch((error) => error.code);
  };
  return {
    ask,
    client,
    createClient,
    lines,
    registry,
    received: () => received,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      server.close();
      server.closeAllConnections();
    },
  };
}

const OK: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{}}');

describe('the way to a subgraph', () => {
  it('brings an answer though the subgraph refuses now and then', async () => {
    let ordinal = 0;
    await using subgraph = await start((request, response) => {
      if (ordinal++ % 10 === 0) response.writeHead(503).end('<html>');
      else OK(request, response);
    });
    for (let each = 0; each < 40; each++) expect(await subgraph.ask()).toBe('{"data":{}}');
    expect(await subgraph.registry.metrics()).toMatch(/subgraph_retries_total{.*outcome="sent".*} [45]/);
  });

  it('reads a GraphQL answer under a refusing status when nothing better comes', async () => {
    await using subgraph = await start((_, response) => {
      const body = '{"errors":[{"message":"draining"}]}';
      response.writeHead(503, { 'content-type': 'application/json' }).end(body);
    });
    expect(await subgraph.ask()).toBe('{"errors":[{"message":"draining"}]}');
    expect(subgraph.received()).toBe(3);
  });

  it('leaves a failing subgraph alone, also on the next supergraph, and tells it', async () => {
    await using subgraph = await start((request) => request.socket.destroy());
    for (let each = 0; each < 25; each++) await subgraph.ask();
    const before = subgraph.received();
    expect(await subgraph.ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
    const next = subgraph.createClient();
    expect(await subgraph.ask({}, next)).toBe('SUBGRAPH_CIRCUIT_OPEN');
    await next[Symbol.asyncDispose]();
    expect(subgraph.received()).toBe(before);
    // Twenty fetches, and what the budget gave: ten and a tenth of them.
    expect(before).toBeLessThanOrEqual(20 + 12);
    expect(subgraph.lines).toContainEqual(expect.objectContaining({ target: 'Query.me', circuit: 'open' }));
    expect(await subgraph.registry.metrics()).toMatch(/subgraph_circuit_state{.*target="Query.me".*} 2/);
  });

  it('sends equal queries for nobody once', async () => {
    const waiting: (() => void)[] = [];
    await using subgraph = await start((...exchange) => void waiting.push(() => OK(...exchange)));
    const body = '{"query":"{catalogue}"}';
    const answers = Array.from({ length: 50 }, () => subgraph.ask({ body }));
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['{"data":{}}']));
    expect(subgraph.received()).toBe(1);
  });

  it('sends no more at once than the policy allows, and refuses what waits too long', async () => {
    const waiting: (() => void)[] = [];
    await using subgraph = await start(
      (...exchange) => void waiting.push(() => OK(...exchange)),
      'traffic: { concurrency: { min: 2, max: 2, queueTimeoutMs: 100 } }',
    );
    const answers = Array.from({ length: 5 }, () => subgraph.ask());
    const late = await Promise.race([answers[4], answers[3], answers[2]]);
    expect(late).toBe('SUBGRAPH_OVERLOADED');
    expect(waiting).toHaveLength(2);
    for (const answer of waiting) answer();
    expect(await Promise.all(answers.slice(0, 2))).toEqual(['{"data":{}}', '{"data":{}}']);
    expect(subgraph.received()).toBe(2);
  });

  it('meets the faults of the policy below all that is there to bear them', async () => {
    const faults = 'faults: { rules: [{ subgraph: loyalty, percent: 20, fault: { kind: reset } }] }';
    await using subgraph = await start(OK, faults);
    const answers: string[] = [];
    for (let each = 0; each < 30; each++) answers.push(await subgraph.ask());
    expect(answers.filter((answer) => answer === '{"data":{}}').length).toBeGreaterThanOrEqual(29);
    expect(await subgraph.registry.metrics()).toMatch(/subgraph_injected_faults_total{.*fault="reset".*} \d/);
  });

  it('is the bare client where every policy is off', async () => {
    const off = ['breaker', 'concurrency', 'retry'].map((name) => `${name}: { enabled: false }`).join(', ');
    await using subgraph = await start(
      (_, response) => response.writeHead(503).end('busy'),
      `traffic: { ${off}, deduplicate: false }`,
    );
    for (let each = 0; each < 30; each++) expect(await subgraph.ask()).toBe('busy');
    expect(subgraph.received()).toBe(30);
  });
});
