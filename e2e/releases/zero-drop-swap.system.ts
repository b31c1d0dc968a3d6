import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { type ScriptedSubgraph, startScriptedSubgraph } from '../src/scripted-subgraph.ts';
import { publishRevision, serves } from '../src/swap.ts';

/** Claim 5: a request ends on the generation it began; nobody notices a swap. */
const SWAPS = 50;
const IN_FLIGHT = 1_000;
const SDL = 'type Query { count: Int } type Mutation { add(id: ID!): ID }';

/** It is swaps that are tried here: neither two busy cores nor a slow subgraph may refuse what a swap would not. */
const POLICY = `
overload: { enabled: false }
traffic:
  maxConnections: 2000
  concurrency: { enabled: false }
  breaker: { enabled: false }
`;

const stack = new AsyncDisposableStack();
const added = new Map<string, number>();
let platform: RegistryPlatform;
let gateway: PlatformProcess;
let subgraph: ScriptedSubgraph;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-swap-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const add = ({ id }: { id: string }) => {
    added.set(id, (added.get(id) ?? 0) + 1);
    return id;
  };
  subgraph = stack.use(await startScriptedSubgraph(SDL, { count: 7, add }));
  subgraph.delayMs = 2_500;
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  await publish(0);
  const policy = join(folder, 'gateway.yaml');
  await writeFile(policy, POLICY);
  gateway = stack.use(await platform.createGateway({ GATEWAY_CONFIG: policy }));
  await gateway.start();
});
afterAll(() => stack.disposeAsync());

const publish = (swap: number) =>
  publishRevision(platform, 'adder', { sdl: `${SDL} type Swap${swap} { id: ID }`, routingUrl: subgraph.url });

it(`${SWAPS} swaps with ${IN_FLIGHT.toLocaleString('en')} mutations in flight: no error, each done once`, async () => {
  const dispatcher = new Agent({ connections: IN_FLIGHT + 50, pipelining: 1 });
  stack.defer(() => dispatcher.close());
  const sent: string[] = [];
  const failures: unknown[] = [];
  let isOver = false;
  let inFlight = 0;
  const client = async (name: number) => {
    for (let round = 0; !isOver; round++) {
      const id = `${name}-${round}`;
      sent.push(id);
      inFlight++;
      const body = { query: 'mutation($id: ID!) { add(id: $id) }', variables: { id } };
      const answer = await postGraphQL(`${gateway.url}/graphql`, body, {}, dispatcher).catch(
        (error) => error,
      );
      inFlight--;
      if (answer.status !== 200 || answer.text !== `{"data":{"add":"${id}"}}`)
        failures.push(answer.text ?? answer);
    }
  };
  const clients = Promise.all(Array.from({ length: IN_FLIGHT }, (_, name) => client(name)));
  const fewest: number[] = [];
  for (let swap = 1; swap <= SWAPS; swap++) {
    const digest = await publish(swap);
    await waitUntil(`swap ${swap} is done`, () => serves(gateway, digest));
    fewest.push(inFlight);
  }
  isOver = true;
  await clients;

  expect(failures.slice(0, 3)).toEqual([]);
  expect(Math.min(...fewest)).toBeGreaterThan(IN_FLIGHT * 0.95);
  expect(sent.length).toBeGreaterThan(IN_FLIGHT * 2);
  expect(added.size).toBe(sent.length);
  expect(Math.max(...added.values())).toBe(1);
}, 240_000);
