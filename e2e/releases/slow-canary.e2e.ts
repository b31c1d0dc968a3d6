import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseStatus, startCanaryPlatform, startLoad, untilCanary } from '../src/canary.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import type { RegistryPlatform } from '../src/registry.ts';
import { startScriptedSubgraph } from '../src/scripted-subgraph.ts';

/** Claim 7, for a release that is slow and does not fail. */
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])';
const PARTS = 'type Query { parts(first: Int): [Part] }';
const LOAD = { query: 'query Parts { parts(first: 1) { name inStock } }', requestsPerSecond: 100 };
/** Of the field, in the canary. */
const SLOW_MS = 300;

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: readonly PlatformProcess[];
let folder: string;

beforeAll(async () => {
  const canaries = stack.use(await startCanaryPlatform());
  ({ platform, folder } = canaries);
  const parts = stack.use(
    await startScriptedSubgraph(`${PARTS} type Part { name: String! }`, { parts: [{ name: 'wheel' }] }),
  );
  await publish('parts', `${LINK} ${PARTS} type Part @key(fields: "name") { name: String! }`, parts.url);
  await publishStock('c0ffee0', () => 7);
  await run('release', 'promote', '--share', '100');
  gateways = await canaries.startGateways();
});
afterAll(() => stack.disposeAsync());

it('takes back an arm that is slow in one field, and says which, whose it is and in which requests', async () => {
  await publishStock('c0ffee1', () => delay(SLOW_MS, 7));
  await untilCanary(gateways, true);
  {
    await using _load = startLoad(gateways, LOAD);
    await waitUntil(
      'it is taken back',
      async () => (await releaseStatus(platform, 3)).state === 'rolled-back',
      90_000,
    );
  }
  expect((await releaseStatus(platform, 2)).state).toBe('live');
  const { report } = await releaseStatus(platform, 3);
  expect(report).toMatchObject({
    reason: 'harm',
    test: expect.stringMatching(/^slowest-/),
    operation: { name: 'Parts' },
    coordinate: 'Part.inStock',
    subgraph: 'stock',
    code: null,
    commit: 'c0ffee1',
    revision: expect.stringMatching(/^[0-9a-f]{64}$/),
    traceIds: [/^[0-9a-f]{32}$/, /^[0-9a-f]{32}$/, /^[0-9a-f]{32}$/].map((id) => expect.stringMatching(id)),
  });
  expect(new Set(report?.traceIds as string[]).size).toBe(3);

  const status = await run('release', 'status', '3');
  expect(status).toMatch(/^operation: Parts [0-9a-f]{64}$/m);
  expect(status).toContain('\ncoordinate: Part.inStock, slow\n');
  expect(status).toMatch(/^subgraph: stock [0-9a-f]{12} from c0ffee1$/m);
  expect(status).toMatch(/^canary: \d+ of \d+ requests took over \d+ ms$/m);
  expect(status).toMatch(/^traces: [0-9a-f]{32} [0-9a-f]{32} [0-9a-f]{32}$/m);
}, 150_000);

/** A revision at an address of its own, so that its field can take longer with the same schema. */
async function publishStock(commit: string, inStock: () => unknown): Promise<void> {
  const part = 'name: String! inStock: Int';
  const served = `scalar _Any
    union _Entity = Part
    type Part { ${part} }
    type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const subgraph = stack.use(
    await startScriptedSubgraph(served, {
      _entities: ({ representations }: { representations: readonly object[] }) =>
        representations.map((representation) => ({ ...representation, inStock })),
    }),
  );
  await publish('stock', `${LINK} type Part @key(fields: "name") { ${part} }`, subgraph.url, commit);
}

async function publish(subgraph: string, sdl: string, url: string, commit = 'c0ffee0'): Promise<void> {
  const schema = join(folder, `${subgraph}.graphql`);
  await writeFile(schema, sdl);
  await run('subgraph', 'publish', subgraph, '-s', schema, '--routing-url', url, '--commit', commit);
}

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await platform.tributary(args);
  expect(code, stderr).toBe(0);
  return stdout;
}
