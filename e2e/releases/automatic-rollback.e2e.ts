import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseStatus, startCanaryPlatform, startLoad, untilCanary } from '../src/canary.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import type { RegistryPlatform } from '../src/registry.ts';
import { startScriptedSubgraph } from '../src/scripted-subgraph.ts';

/** Claim 7: releases take traffic step by step while they do no harm, and go back by themselves when they do. */
const SDL = 'type Query { parts(first: Int): [Part] } type Part { name: String }';
const PARTS = [{ name: 'wheel' }];

/** Of the canary, which has half of all. */
const LOAD = { query: 'query Parts { parts(first: 1) { name } }', requestsPerSecond: 200 };

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: readonly PlatformProcess[];
let folder: string;

beforeAll(async () => {
  const canaries = stack.use(await startCanaryPlatform());
  ({ platform, folder } = canaries);
  await writeFile(join(folder, 'schema.graphql'), SDL);
  await publishSubgraph('c0ffee0', () => PARTS);
  gateways = await canaries.startGateways();
});
afterAll(() => stack.disposeAsync());

it('takes back an arm of 100 requests a second, of which 5 % fail, within a minute, and says what and who', async () => {
  let asked = 0;
  await publishSubgraph('c0ffee1', () => {
    asked++;
    if (asked % 20 === 0) {
      throw Object.assign(new Error('no parts'), { extensions: { code: 'OUT_OF_PARTS' } });
    }
    return PARTS;
  });
  await untilCanary(gateways, true);
  const begin = performance.now();
  await using load = startLoad(gateways, LOAD);
  await waitUntil(
    'it is taken back',
    async () => (await releaseStatus(platform, 2)).state === 'rolled-back',
    60_000,
  );
  const seconds = (performance.now() - begin) / 1_000;
  await untilCanary(gateways, false);
  const everywhere = (performance.now() - begin) / 1_000 - seconds;
  console.log(
    `taken back after ${seconds.toFixed(1)} s, everywhere ${everywhere.toFixed(1)} s later, ${load.sent()} requests`,
  );
  expect(everywhere).toBeLessThan(15);

  expect((await releaseStatus(platform, 1)).state).toBe('live');
  expect((await releaseStatus(platform, 2)).report).toMatchObject({
    reason: 'harm',
    test: 'errors',
    operation: { name: 'Parts' },
    coordinate: 'Query.parts',
    subgraph: 'parts',
    code: 'OUT_OF_PARTS',
    commit: 'c0ffee1',
    traceIds: [/^[0-9a-f]{32}$/, /^[0-9a-f]{32}$/, /^[0-9a-f]{32}$/].map((id) => expect.stringMatching(id)),
  });
  const { stdout } = await platform.tributary(['release', 'status', '2']);
  expect(stdout).toMatch(/^operation: Parts [0-9a-f]{64}$/m);
  expect(stdout).toContain('\ncoordinate: Query.parts, error OUT_OF_PARTS\n');
  expect(stdout).toMatch(/^subgraph: parts [0-9a-f]{12} from c0ffee1$/m);
  expect(stdout).toMatch(/^canary: \d+ of \d+ requests failed\nlive: 0 of \d+ requests failed$/m);
  expect(stdout).toMatch(/^traces: [0-9a-f]{32} [0-9a-f]{32} [0-9a-f]{32}$/m);
}, 120_000);

it('lets one through that does no harm', async () => {
  await publishSubgraph('c0ffee2', () => PARTS);
  await untilCanary(gateways, true);
  await using _load = startLoad(gateways, LOAD);
  await waitUntil(
    'it has all traffic',
    async () => (await releaseStatus(platform, 3)).state === 'live',
    60_000,
  );
  await untilCanary(gateways, false);
  expect((await releaseStatus(platform, 1)).state).toBe('superseded');
}, 120_000);

/** A revision at an address of its own, so that it can behave otherwise with the same schema. */
async function publishSubgraph(commit: string, parts: () => unknown): Promise<void> {
  const subgraph = stack.use(await startScriptedSubgraph(SDL, { parts }));
  const { code, stderr } = await platform.tributary([
    ...['subgraph', 'publish', 'parts', '--schema', join(folder, 'schema.graphql')],
    ...['--routing-url', subgraph.url, '--commit', commit],
  ]);
  expect(code, stderr).toBe(0);
}
