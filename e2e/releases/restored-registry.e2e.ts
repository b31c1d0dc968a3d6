import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { publishRevision, serves } from '../src/swap.ts';

/** Claim 4, on a bad day: the registry's database is lost, and what is restored is older than what gateways know. */
const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: readonly [PlatformProcess, PlatformProcess];
let folder: string;
/** What gateways serve when the backup is restored: nothing of the registry's knows it any more. */
let lost: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-restored-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  await publish('one');
  const start = async (name: string) => {
    const directory = join(folder, name);
    const gateway = stack.use(await platform.createGateway({ SUPERGRAPH_DIRECTORY: directory }));
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start('first'), start('second')]);

  const backup = join(folder, 'backup');
  await platform.registry.stop();
  await cp(platform.databaseDirectory, backup, { recursive: true });
  await platform.registry.start();
  await publish('two');
  lost = await publish('three');
  await untilServed(lost);
  await platform.registry.stop();
  await rm(platform.databaseDirectory, { recursive: true });
  await cp(backup, platform.databaseDirectory, { recursive: true });
  await platform.registry.start();
});
afterAll(() => stack.disposeAsync());

function publish(field: string): Promise<string> {
  const sdl = `type Query { ${field}: Int }`;
  return publishRevision(platform, 'parts', { sdl, routingUrl: 'http://127.0.0.1:9/graphql' });
}
async function untilServed(digest: string): Promise<void> {
  for (const gateway of gateways) await waitUntil('it is served', () => serves(gateway, digest));
}
async function delivery({ adminUrl }: PlatformProcess): Promise<string | undefined> {
  const { checks } = (await (await fetch(`${adminUrl}/health/ready`)).json()) as {
    checks: { delivery?: string };
  };
  return checks.delivery;
}
const REPLAY = /its sequence \d+ is behind (\d+), which is known here/;

it('is refused by gateways, one of them started anew, which serve on what they had', async () => {
  const [first, second] = gateways;
  await waitUntil('it refuses', () => REPLAY.test(first.log()));
  await publish('four');
  await second.stop('SIGKILL');
  await second.start();
  for (const gateway of gateways) {
    await waitUntil('it is stale', async () => /^stale/.test((await delivery(gateway)) ?? ''));
    expect(await serves(gateway, lost)).toBe(true);
  }
});

it('is followed again once an admin has raised its sequence above what they know', async () => {
  const known = REPLAY.exec(gateways[0].log())?.[1] ?? '';
  const raise = ['release', 'raise-sequence', '--above', known];
  const publisher = JSON.parse(
    (await platform.tributary(['token', 'create', 'ci', '--role', 'publisher', '-f', 'json'])).stdout,
  ).data.token as string;
  expect(await platform.tributary(raise, '', publisher)).toMatchObject({ code: 3 });
  expect(await platform.tributary(['release', 'raise-sequence', '--above', '999999999'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('never comes down again'),
  });
  const after = Number(known) + 1;
  expect(await platform.tributary(raise)).toMatchObject({
    code: 0,
    stdout: `raised the sequence of dev from 2 to ${after}\n`,
  });
  expect(await platform.tributary(raise)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`is ${after} already: nothing was changed`),
  });

  // What the restored registry has is served at once, and what it gets next.
  const headers = { authorization: `Bearer ${platform.token}` };
  const { url } = platform.registry;
  const live = await fetch(`${url}/v1/environments/dev/supergraph`, { headers });
  await untilServed(live.headers.get('etag')?.replaceAll('"', '') ?? '');
  await untilServed(await publish('five'));
  for (const gateway of gateways) expect(await delivery(gateway)).toBeUndefined();

  const audit = await fetch(`${url}/v1/audit`, { headers });
  const { entries } = (await audit.json()) as { entries: readonly { action: string }[] };
  expect(entries.filter(({ action }) => action === 'environment.raise-sequence')).toMatchObject([
    { actor: 'first admin', environment: 'dev', detail: { from: 2, to: after } },
  ]);
});
