import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { startScriptedSubgraph } from '../src/scripted-subgraph.ts';

/** Claim 6: two generations in one process, the same caller in the same arm on every gateway. */
const SDL = 'type Query { arm: String }';
const POLICY = `canary:
  testers: ["*"]
  anonymousHeader: x-client-id
`;
const CLIENTS = Array.from({ length: 300 }, (_, index) => `client-${index}`);

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: [PlatformProcess, PlatformProcess];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-canary-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const [live, canary] = await Promise.all([
    startScriptedSubgraph(SDL, { arm: 'live' }),
    startScriptedSubgraph(SDL, { arm: 'canary' }),
  ]);
  stack.use(live);
  stack.use(canary);
  const schema = join(folder, 'schema.graphql');
  const config = join(folder, 'gateway.yaml');
  await Promise.all([writeFile(schema, SDL), writeFile(config, POLICY)]);
  platform = stack.use(
    await startRegistry({
      ATTESTATION: 'off',
      CANARY_ENVIRONMENTS: 'dev',
      CANARY_STEPS: '10,50',
      // Nobody but this test moves the canary.
      CANARY_DECISIONS: 'manual',
    }),
  );
  const publish = (url: string) =>
    run('subgraph', 'publish', 'one', '-s', schema, '--routing-url', url, '--commit', 'abc');
  await publish(live.url);
  const start = async () => {
    const gateway = stack.use(await platform.createGateway({ GATEWAY_CONFIG: config }));
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start(), start()]);
  await publish(canary.url);
  await untilShare(0.1);
});
afterAll(() => stack.disposeAsync());

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await platform.tributary(args);
  if (code !== 0) throw new Error(`tributary ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

async function metricsOf({ adminUrl }: PlatformProcess): Promise<string> {
  return (await fetch(`${adminUrl}/metrics`)).text();
}

async function untilShare(share: number): Promise<void> {
  for (const gateway of gateways) {
    const line = new RegExp(`^gateway_canary_share\\{.*\\} ${share}$`, 'm');
    await waitUntil(`the canary has ${share}`, async () => line.test(await metricsOf(gateway)));
  }
}

async function armOf(gateway: PlatformProcess, headers: Record<string, string>): Promise<string> {
  const { body } = await postGraphQL(`${gateway.url}/graphql`, { query: 'query Arm { arm }' }, headers);
  return (body.data as { arm: string }).arm;
}

/** Who of the clients gets the canary, which both gateways have to say alike. */
async function drawn(): Promise<ReadonlySet<string>> {
  const inCanary = new Set<string>();
  for (const client of CLIENTS) {
    const arms = await Promise.all(gateways.map((gateway) => armOf(gateway, { 'x-client-id': client })));
    expect(arms[0], client).toBe(arms[1]);
    if (arms[0] === 'canary') inCanary.add(client);
  }
  return inCanary;
}

let first: ReadonlySet<string>;

it('answers a tenth of the callers from the canary, the same ones on each gateway', async () => {
  first = await drawn();
  // 30 of 300, give or take four standard deviations.
  expect(first.size).toBeGreaterThan(9);
  expect(first.size).toBeLessThan(52);
});

it('has the same callers in the canary after a gateway was killed and started again', async () => {
  const [gateway] = gateways;
  await gateway.stop('SIGKILL');
  await gateway.start();
  await untilShare(0.1);
  expect(await drawn()).toEqual(first);
});

it('lets a tester choose', async () => {
  const [gateway] = gateways;
  const [member = ''] = first;
  const outsider = CLIENTS.find((client) => !first.has(client)) ?? '';
  const ask = (client: string, arm: string) =>
    armOf(gateway, { 'x-client-id': client, 'tributary-arm': arm });
  expect(await ask(outsider, 'canary')).toBe('canary');
  expect(await ask(member, 'live')).toBe('live');
});

it('says in health, metrics and logs what it serves', async () => {
  const [gateway] = gateways;
  const list = JSON.parse(await run('release', 'history', '-f', 'json')).data.releases;
  const [canary, live] = list.map(({ composition }: { composition: string }) => composition);
  const health = await (await fetch(`${gateway.adminUrl}/health/ready`)).json();
  expect(health).toMatchObject({ checks: { supergraph: live, canary: `${canary}, 10 %` } });
  const metrics = await metricsOf(gateway);
  expect(metrics).toMatch(new RegExp(`gateway_supergraph_info\\{arm="canary",digest="${canary}"`));
  expect(metrics).toMatch(/gateway_arm_operations_total\{arm="canary",outcome="ok"/);
  expect(gateway.log()).toContain(`"canary":"${canary}"`);
});

it('reports to the registry, and loses nothing while that is away', async () => {
  const [gateway] = gateways;
  await waitUntil('a report was taken', async () =>
    /gateway_reports_total\{outcome="accepted".*\} [1-9]/.test(await metricsOf(gateway)),
  );
  await platform.registry.stop('SIGKILL');
  await waitUntil('a report has failed', async () =>
    /gateway_reports_total\{outcome="failed".*\} [1-9]/.test(await metricsOf(gateway)),
  );
  expect(await armOf(gateway, { 'x-client-id': [...first][0] ?? '' })).toBe('canary');
  await platform.registry.start();
  await waitUntil('reports are taken again', async () => gateway.log().includes('takes reports again'));
  expect(await metricsOf(gateway)).not.toMatch(/gateway_reports_total\{outcome="dropped".*\} [1-9]/);
});

it('keeps who was in while the share grows, and has nobody in seconds after a rollback', async () => {
  await run('release', 'promote');
  await untilShare(0.5);
  const wider = await drawn();
  expect(wider.size).toBeGreaterThan(110);
  expect(first.isSubsetOf(wider)).toBe(true);

  const startedAt = performance.now();
  expect(await run('release', 'rollback')).toMatch(/rolled back|rolled-back/);
  await untilShare(0);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect((await drawn()).size).toBe(0);
});
