import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentityKeys } from '@tributary/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { createPlatformProcess, type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';

/** Claim 3: a release waits until every live replica serves it; nothing is safe to retire while a gateway has it. */
const LEASE_SECONDS = 3;
const SDL = {
  one: 'type Query { one: Int }\n',
  two: 'type Query {\n  one: Int # as before\n  two: Int\n}\n',
};

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let folder: string;
let replicaEnv: Record<string, string>;
let gateways: readonly PlatformProcess[];
let replicas = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-attested-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  platform = stack.use(await startRegistry({ ATTESTATION_LEASE_SECONDS: String(LEASE_SECONDS) }));
  for (const [name, sdl] of Object.entries(SDL)) await writeFile(join(folder, name), sdl);
  const made = await run(
    'token',
    'create',
    'replicas',
    '--role',
    'subgraph',
    '--subgraph',
    'parts',
    '-f',
    'json',
  );
  const { publicJwks } = await generateIdentityKeys('gateway');
  replicaEnv = {
    NODE_ENV: 'development',
    OTEL_SDK_DISABLED: 'true',
    SUBGRAPH: 'parts',
    GATEWAY_JWKS: JSON.stringify(publicJwks),
    REGISTRY_URL: platform.registry.url,
    REGISTRY_TOKEN: JSON.parse(made).data.token,
  };
});
afterAll(() => stack.disposeAsync());

/** What the client prints; it must have ended well. */
async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await platform.tributary(args);
  if (code !== 0) throw new Error(`tributary ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}
function publish(version: keyof typeof SDL): Promise<string> {
  const url = 'http://127.0.0.1:9/graphql';
  return run('subgraph', 'publish', 'parts', '-s', join(folder, version), '--routing-url', url);
}
async function startReplica(version: keyof typeof SDL): Promise<PlatformProcess> {
  const replica = stack.use(
    await createPlatformProcess({
      name: 'parts',
      main: 'e2e/src/replica.ts',
      env: {
        ...replicaEnv,
        SCHEMA_FILE: join(folder, version),
        DATABASE_DIRECTORY: join(folder, `db${replicas++}`),
      },
    }),
  );
  await replica.start();
  return replica;
}
/** The first line of `release status`, such as `dev: release 2 waiting 1/2, release 1 live`. */
function untilStatus(line: string): Promise<void> {
  return waitUntil(`the status is ${line}`, async () =>
    (await run('release', 'status')).startsWith(`${line}\n`),
  );
}
async function fields(gateway: PlatformProcess): Promise<readonly string[]> {
  const query = '{ __type(name: "Query") { fields { name } } }';
  const { body } = await postGraphQL(`${gateway.url}/graphql`, { query });
  return (body.data as { __type: { fields: { name: string }[] } }).__type.fields.map(({ name }) => name);
}

it('goes live when the last replica serves it, as each replica’s health endpoint says', async () => {
  const [first, second] = await Promise.all([startReplica('one'), startReplica('one')]);
  expect(await publish('one')).toContain('release 1, live');
  gateways = [stack.use(await platform.createGateway()), stack.use(await platform.createGateway())];
  await Promise.all(gateways.map((gateway) => gateway.start()));
  expect(await publish('two')).toContain('release 2, waiting');
  await untilStatus('dev: release 2 waiting 0/2, release 1 live');
  expect(await run('release', 'status')).toMatch(/waits for parts \w{12}: 0 of 2 replicas serve it/);

  // One is replaced in order, and does not count from the moment in which it stops.
  await first.stop();
  await untilStatus('dev: release 2 waiting 0/1, release 1 live');
  const third = await startReplica('two');
  await untilStatus('dev: release 2 waiting 1/2, release 1 live');
  for (const gateway of gateways) expect(await fields(gateway)).toEqual(['one']);
  const health = (await (await fetch(`${third.adminUrl}/health/ready`)).json()) as {
    checks: { schema: string };
  };
  const [listed] = JSON.parse(await run('subgraph', 'list', '-f', 'json')).data.subgraphs;
  expect(health.checks.schema).toBe(listed.revision);

  // The other is killed: it counts until its lease ends.
  const killedAt = performance.now();
  await second.stop('SIGKILL');
  await untilStatus('dev: release 2 live');
  expect(performance.now() - killedAt).toBeGreaterThan((LEASE_SECONDS * 1_000) / 2);
  for (const gateway of gateways) {
    await waitUntil('the gateway serves it', async () => (await fields(gateway)).includes('two'));
  }
});

it('keeps a subgraph from being retired until the last gateway has left the supergraph that had it', async () => {
  const [, slow] = gateways;
  await writeFile(join(folder, 'extra'), 'type Query { extra: Int }');
  const url = 'http://127.0.0.1:9/graphql';
  await run('subgraph', 'publish', 'extra', '-s', join(folder, 'extra'), '--routing-url', url);
  for (const gateway of gateways) {
    await waitUntil('the gateway serves it', async () => (await fields(gateway)).includes('extra'));
  }
  const ask = () => platform.tributary(['subgraph', 'safe-to-retire', 'extra']);
  await waitUntil(
    'both gateways have told',
    async () => (await ask()).stdout.match(/gateway/g)?.length === 2,
  );
  slow?.freeze();
  await run('subgraph', 'delete', 'extra');
  await waitUntil('one gateway has left', async () => (await ask()).stdout.match(/gateway/g)?.length === 1);
  expect(await ask()).toMatchObject({ code: 1, stdout: expect.stringContaining('is not safe to retire') });
  slow?.thaw();
  expect(await run('subgraph', 'safe-to-retire', 'extra', '--wait', '20')).toContain('is safe to retire');
});
