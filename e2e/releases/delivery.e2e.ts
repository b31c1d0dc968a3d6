import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { startScriptedSubgraph } from '../src/scripted-subgraph.ts';
import { flipped, type Passed, startTamperingProxy, type TamperingProxy } from '../src/tampering-proxy.ts';

/** Claim 4: supergraphs come by long-poll, proven; the last good one outlives the registry. */
const sdl = (release: number) =>
  `type Query { count: Int ${Array.from({ length: release }, (_, index) => `r${index + 1}: Int`).join(' ')} }`;

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let proxy: TamperingProxy;
let folder: string;
let subgraphUrl: string;
/** The first asks the registry itself, the second through the proxy; both keep what they serve. */
let gateways: [PlatformProcess, PlatformProcess];
let releases = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-delivery-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const subgraph = stack.use(await startScriptedSubgraph('type Query { count: Int }', { count: 7 }));
  subgraphUrl = subgraph.url;
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  proxy = stack.use(await startTamperingProxy(platform.registry.url));
  await release();
  const start = async (name: string, env: Record<string, string>) => {
    const gateway = stack.use(
      await platform.createGateway({ SUPERGRAPH_DIRECTORY: join(folder, name), ...env }),
    );
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start('direct', {}), start('proxied', { REGISTRY_URL: proxy.url })]);
});
afterAll(() => stack.disposeAsync());

/** The next release, by the API: a process of the client for each would take longer than all else here. */
async function release(): Promise<number> {
  releases++;
  const response = await fetch(`${platform.registry.url}/v1/environments/dev/subgraphs/counter/revisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sdl: sdl(releases), routingUrl: subgraphUrl }),
  });
  expect(response.status).toBe(201);
  return releases;
}

/** The number of the release that a gateway serves, by what its schema has. */
async function served(gateway: PlatformProcess): Promise<number> {
  const query = '{ __type(name: "Query") { fields { name } } }';
  const { body } = await postGraphQL(`${gateway.url}/graphql`, { query });
  const { __type } = body.data as { __type: { fields: readonly { name: string }[] } };
  return __type.fields.length - 1;
}

async function readiness({ adminUrl }: PlatformProcess) {
  const response = await fetch(`${adminUrl}/health/ready`);
  return { ...((await response.json()) as { checks: Record<string, string> }), status: response.status };
}

async function metric({ adminUrl }: PlatformProcess, line: RegExp): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(line.exec(text)?.[1] ?? Number.NaN);
}

const count = async (gateway: PlatformProcess) =>
  (await postGraphQL(`${gateway.url}/graphql`, { query: '{ count }' })).body.data;
const refusals = ({ log }: PlatformProcess) => log().split('refused a delivery of the registry').length - 1;
const isNotice = ({ path, status }: Passed) => path.includes('/delivery') && status === 200;

describe('several gateways', () => {
  it('serve a release as soon as it is there, and say by its digest which', async () => {
    const number = await release();
    const startedAt = performance.now();
    for (const gateway of gateways) {
      await waitUntil('the release is served', async () => (await served(gateway)) === number);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const [first, second] = await Promise.all(gateways.map(readiness));
    expect(first?.checks.supergraph).toBe(second?.checks.supergraph);
    expect(first?.checks.delivery).toBeUndefined();
  });

  it.each<[string, string, (answer: Passed) => Passed]>([
    [
      'a notice with a flipped byte',
      'signature',
      (answer) => (isNotice(answer) ? { ...answer, body: flipped(answer.body) } : answer),
    ],
    [
      'a supergraph with a flipped byte',
      'digest',
      (answer) =>
        answer.path.includes('/supergraphs/') ? { ...answer, body: flipped(answer.body) } : answer,
    ],
    [
      'a notice without its signature',
      'signature',
      ({ headers: { 'tributary-signature': _signature, ...headers }, ...answer }) => ({ ...answer, headers }),
    ],
    [
      'the first notice again',
      'replay',
      (answer) => (isNotice(answer) ? (proxy.passed.find(isNotice) ?? answer) : answer),
    ],
  ])('refuse %s, with one line, and serve on what they had', async (_, reason, tamper) => {
    const [direct, proxied] = gateways;
    const before = await served(proxied);
    const told = refusals(proxied);
    proxy.tamper = tamper;
    const number = await release();
    await waitUntil('the delivery is refused', () => refusals(proxied) > told);
    await waitUntil('the other serves it', async () => (await served(direct)) === number);
    expect(await served(proxied)).toBe(before);
    expect(await count(proxied)).toEqual({ count: 7 });
    expect(refusals(proxied)).toBe(told + 1);
    expect(
      await metric(proxied, new RegExp(`refused_total\\{reason="${reason}".*\\} (\\d+)`)),
    ).toBeGreaterThan(0);

    proxy.tamper = undefined;
    await waitUntil('what is not tampered with is served', async () => (await served(proxied)) === number);
  });
});

describe('while the registry is away', () => {
  it('a gateway starts with what it served last: ready, and stale with its age, until the registry is back', async () => {
    const [direct] = gateways;
    const number = await served(direct);
    await platform.registry.stop('SIGKILL');
    await waitUntil('it is stale', async () =>
      /^stale/.test((await readiness(direct)).checks.delivery ?? ''),
    );
    await direct.stop('SIGKILL');
    await direct.start();
    const { status, checks } = await readiness(direct);
    expect({ status, delivery: checks.delivery }).toEqual({
      status: 200,
      delivery: expect.stringMatching(/^stale, \d+ s old$/),
    });
    expect(await served(direct)).toBe(number);
    expect(await count(direct)).toEqual({ count: 7 });
    const age = () => metric(direct, /gateway_supergraph_stale_seconds\{.*\} (\d+)/);
    await waitUntil('its age is a metric', async () => (await age()) > 0);

    await platform.registry.start();
    await waitUntil('it is fresh', async () => (await readiness(direct)).checks.delivery === undefined);
    expect(await age()).toBe(0);
    const next = await release();
    await waitUntil('it follows again', async () => (await served(direct)) === next);
  });

  it('a gateway does not start with a supergraph on its disk that somebody changed', async () => {
    const [direct] = gateways;
    await platform.registry.stop('SIGKILL');
    await direct.stop();
    const directory = join(folder, 'direct');
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      if (name.endsWith('.graphql')) await writeFile(path, flipped(await readFile(path)));
    }
    const starting = direct.start();
    await waitUntil('it says why', () => direct.log().includes('the supergraph on disk is of no use'));
    await platform.registry.start();
    await starting;
    expect(await served(direct)).toBe(releases);
  });
});
