import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';

/** Claims 4 and 7: promote and rollback compose nothing; a rollback is on all gateways within 15 s, and says after how many. */
const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: readonly PlatformProcess[];

beforeAll(async () => {
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  await publish('one');
  await run('release', 'promote', '--to', 'staging');
  const start = async () => {
    const gateway = stack.use(await platform.createGateway({ REGISTRY_ENVIRONMENT: 'staging' }));
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start(), start(), start()]);
});
afterAll(() => stack.disposeAsync());

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await platform.tributary(args);
  if (code !== 0) throw new Error(`tributary ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}
async function publish(field: string): Promise<string> {
  const options = [
    '--routing-url',
    'http://127.0.0.1:9/graphql',
    '--rollback-notes',
    `turn ${field} off first`,
  ];
  const { stdout } = await platform.tributary(
    ['subgraph', 'publish', 'parts', '-s', '-', ...options],
    `type Query { ${field}: Int }`,
  );
  return /composition (\w{64})/.exec(stdout)?.[1] ?? stdout;
}
async function field(gateway: PlatformProcess): Promise<string | undefined> {
  const query = '{ __type(name: "Query") { fields { name } } }';
  const { body } = await postGraphQL(`${gateway.url}/graphql`, { query });
  return (body.data as { __type: { fields: { name: string }[] } }).__type.fields[0]?.name;
}
/** How often the registry has composed since it started. */
async function compositions(): Promise<string | undefined> {
  const metrics = await (await fetch(`${platform.registry.adminUrl}/metrics`)).text();
  return /registry_schema_task_duration_seconds_count\{[^}]*task="compose"[^}]*\} (\d+)/.exec(metrics)?.[1];
}
async function untilAllServe(name: string): Promise<void> {
  for (const gateway of gateways)
    await waitUntil(`it serves ${name}`, async () => (await field(gateway)) === name);
}

it('promotes one digest from environment to environment, and composes nothing', async () => {
  const digest = await publish('two');
  const before = await compositions();
  expect(Number(before)).toBeGreaterThan(0);
  expect(await run('release', 'promote', '--to', 'staging')).toContain(
    `of staging is live\ncomposition ${digest}`,
  );
  await untilAllServe('two');
  expect(await compositions()).toBe(before);
});

it('rolls all gateways back within 15 s and composes nothing', async () => {
  const before = await compositions();
  const begin = performance.now();
  const out = await run('release', 'rollback', '-e', 'staging', '--reason', 'carts are empty');
  const elapsedS = (performance.now() - begin) / 1_000;
  expect(out).toMatch(
    /release 2 of staging is rolled-back, release 1 is live; no gateway of 3 serves it after/,
  );
  expect(out).toContain('rollback notes: turn two off first');
  expect(Number(/after ([\d.]+) s/.exec(out)?.[1])).toBeLessThan(15);
  expect(elapsedS).toBeLessThan(15);
  // Not sooner or later: when the client says so.
  expect(await Promise.all(gateways.map(field))).toEqual(['one', 'one', 'one']);
  expect(await compositions()).toBe(before);
  expect(await run('release', 'history', '-e', 'staging')).toMatch(/2 +rolled-back .*\n1 +live /);
  expect(await run('release', 'status', '2', '-e', 'staging')).toContain('carts are empty');
});

it('says so when a gateway does not follow', async () => {
  await run('release', 'promote', '--to', 'staging');
  // The registry knows of each what it serves by now, and of the frozen one nothing later.
  await waitUntil('all have told', async () =>
    (await run('release', 'status', '3', '-e', 'staging')).includes('3 of 3 serve it'),
  );
  const [stuck] = gateways;
  stuck?.freeze();
  const rollback = ['release', 'rollback', '-e', 'staging'];
  expect(await platform.tributary([...rollback, '--wait', '3'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('after 3 s 1 of 3 gateways still serve it'),
  });
  stuck?.thaw();
  expect(await run(...rollback, '3')).toMatch(/already rolled-back, release 1 is live; no gateway of 3/);
  expect(await Promise.all(gateways.map(field))).toEqual(['one', 'one', 'one']);
});
