import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestProcess } from '@tributary/lifecycle/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startLibrary } from '../testing/index.ts';

const main = new URL('../main.ts', import.meta.url);
const TOKEN = 'a token for tests only';
const POLICY = 'cache: { subgraphs: { readers: { maxAgeMs: 600000, scope: public } } }';

it.each([1, 2])('forgets in %d worker(s) by one call, for who has the token', async (workers) => {
  await using library = await startLibrary();
  await using gateway = await start(library.supergraphSdl, {
    WORKERS: `${workers}`,
    CACHE_INVALIDATION_TOKEN: TOKEN,
  });
  const { received } = library.subgraphs.readers;
  // A connection for each request, so that all workers get some.
  const askAll = () => Promise.all(Array.from({ length: 30 }, () => ask(gateway.url)));
  await askAll();
  await askAll();
  // Each worker that was asked has asked once.
  const holders = received.length;
  expect(holders).toBeLessThanOrEqual(workers);
  expect((await invalidate(gateway.adminUrl, 'a wrong token')).status).toBe(401);
  const forgotten = await invalidate(gateway.adminUrl, TOKEN);
  expect([forgotten.status, await forgotten.json()]).toEqual([200, { entries: holders, everywhere: true }]);
  await askAll();
  expect(received.length).toBeGreaterThan(holders);
  expect(await (await fetch(`${gateway.adminUrl}/metrics`)).text()).toMatch(
    new RegExp(`cache_invalidated_total\\{[^}]*\\} ${holders}\n`),
  );
});

it('has no such call without a token in the environment', async () => {
  await using library = await startLibrary();
  await using gateway = await start(library.supergraphSdl, {});
  expect((await invalidate(gateway.adminUrl, TOKEN)).status).toBe(404);
});

it('refuses a token that can be guessed, and a cache that is none', async () => {
  await using gateway = startTestProcess(main, {
    PORT: '0',
    SUPERGRAPH: '/nowhere',
    CACHE_INVALIDATION_TOKEN: 'short',
    CACHE_URL: 'http://user:secret@cache',
  });
  const { code, stderr } = await gateway.end;
  expect(code).toBe(1);
  expect(stderr).toMatch(/CACHE_INVALIDATION_TOKEN: .*fewer than 16/);
  expect(stderr).toMatch(/CACHE_URL: .*redis/);
  expect(stderr).not.toContain('secret');
});

async function start(supergraphSdl: string, environment: Readonly<Record<string, string>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'gateway-'));
  onTestFinished(() => folder.remove());
  const [supergraph, policy] = [join(folder.path, 'supergraph.graphql'), join(folder.path, 'gateway.yaml')];
  await writeFile(supergraph, supergraphSdl);
  await writeFile(policy, POLICY);
  const gateway = startTestProcess(main, {
    PORT: '0',
    SUPERGRAPH: supergraph,
    GATEWAY_CONFIG: policy,
    ...environment,
  });
  const { url, adminUrl } = await gateway.logged({ msg: 'ready' });
  return Object.assign(gateway, { url: String(url), adminUrl: String(adminUrl) });
}

async function ask(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: '{"query":"{ viewer { name } }"}',
  });
  expect(await response.json()).toEqual({ data: { viewer: { name: 'Reader 1' } } });
}

function invalidate(adminUrl: string, token: string): Promise<Response> {
  return fetch(`${adminUrl}/cache/invalidate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: '{"tags":["Query.viewer"]}',
  });
}
