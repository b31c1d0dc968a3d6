import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type ClientRun, type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { startScriptedSubgraph } from '../src/scripted-subgraph.ts';
import { serves } from '../src/swap.ts';

/** Claim 2: a publish is whole or nothing, what it made stays as it is, and of two that cannot go together one goes through. */
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@shareable"])\n';
const CATALOGUE = 'type Query { title: String }';
const DEPOT = `${LINK}type Query { heaviest: Parcel } type Parcel { weight: Int @shareable }`;
/** Composes with the catalogue, and not with the depot. */
const RETURNS = `${LINK}type Query { returned: Parcel } type Parcel { weight: String @shareable }`;

interface Listed {
  readonly composition: string;
  readonly subgraphs: readonly { readonly name: string; readonly [key: string]: unknown }[];
}

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
let gateways: readonly PlatformProcess[];
let catalogueUrl: string;

beforeAll(async () => {
  catalogueUrl = stack.use(await startScriptedSubgraph(CATALOGUE, { title: 'Walden' })).url;
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  expect(await publish('catalogue', CATALOGUE, '--commit', 'c0ffee0')).toMatchObject({ code: 0 });
  const start = async () => {
    const gateway = stack.use(await platform.createGateway());
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start(), start()]);
});
afterAll(() => stack.disposeAsync());

function publish(subgraph: string, sdl: string, ...options: readonly string[]): Promise<ClientRun> {
  const url = ['--routing-url', catalogueUrl];
  return platform.tributary(['subgraph', 'publish', subgraph, '--schema', '-', ...url, ...options], sdl);
}
async function list(): Promise<Listed> {
  const { stdout } = await platform.tributary(['subgraph', 'list', '--format', 'json']);
  return JSON.parse(stdout).data as Listed;
}
/** All that a publish could have changed, as others see it. */
async function state(): Promise<readonly string[]> {
  const audit = fetch(`${platform.registry.url}/v1/audit`, {
    headers: { authorization: `Bearer ${platform.token}` },
  });
  const commands = [
    ['subgraph', 'list'],
    ['release', 'history'],
    ['supergraph', 'fetch'],
  ];
  const printed = await Promise.all(commands.map(async (args) => (await platform.tributary(args)).stdout));
  return [...printed, await (await audit).text()];
}
async function untilAllServe(digest: string): Promise<void> {
  for (const gateway of gateways) await waitUntil(`${digest} is served`, () => serves(gateway, digest));
}

it('makes a revision of SDL, routing URL and commit, which every gateway serves from that URL', async () => {
  const { composition, subgraphs } = await list();
  expect(subgraphs).toMatchObject([
    {
      name: 'catalogue',
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      routingUrl: catalogueUrl,
      commit: 'c0ffee0',
    },
  ]);
  await untilAllServe(composition);
  for (const { url } of gateways) {
    expect((await postGraphQL(`${url}/graphql`, { query: '{ title }' })).body).toEqual({
      data: { title: 'Walden' },
    });
  }
});

it('leaves what was published before as it was', async () => {
  const before = await list();
  const artefact = async () => {
    const headers = { authorization: `Bearer ${platform.token}` };
    const response = await fetch(`${platform.registry.url}/v1/supergraphs/${before.composition}`, {
      headers,
    });
    return response.text();
  };
  const sdl = await artefact();
  expect(await publish('catalogue', 'type Query { title: String isbn: ID }')).toMatchObject({ code: 0 });
  expect(await artefact()).toBe(sdl);
  const after = await list();
  expect(after.composition).not.toBe(before.composition);

  // What it said at first is the same revision and the same composition again, not a third.
  expect(await publish('catalogue', `# As before.\n${CATALOGUE}`)).toMatchObject({ code: 0 });
  const again = await list();
  expect(again.composition).toBe(before.composition);
  expect(again.subgraphs[0]?.revision).toBe(before.subgraphs[0]?.revision);
  await untilAllServe(again.composition);
});

it('changes nothing when it does not compose, and nothing when it says what is there already', async () => {
  const before = await state();
  const refused = await publish('depot', 'type Query { title: Int }');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('composition/');
  expect(refused.stderr).toMatch(/standard input:1:\d+/);
  expect(await publish('depot', 'type Query {')).toMatchObject({ code: 3 });
  expect(await publish('catalogue', `# Only a comment.\n${CATALOGUE}`)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('already: nothing was changed'),
  });
  expect(await state()).toEqual(before);
});

it('lets exactly one of two through that compose alone and not together: the other ends with 4 and the conflict', async () => {
  const { composition: base } = await list();
  const schemas = { depot: DEPOT, returns: RETURNS };
  // Each was checked, and passed, before either was published.
  for (const [name, sdl] of Object.entries(schemas)) {
    const check = ['subgraph', 'check', name, '--schema', '-', '--format', 'json'];
    const { code, stdout } = await platform.tributary(check, sdl);
    expect({ code, base: JSON.parse(stdout).data.base }).toEqual({ code: 0, base });
  }
  const ends = await Promise.all(
    Object.entries(schemas).map(async ([name, sdl]) => ({
      name,
      ...(await publish(name, sdl, '--expect-base', base, '--commit', `of-${name}`)),
    })),
  );
  expect(ends.map(({ code }) => code).toSorted()).toEqual([0, 4]);
  const [winner, loser] = ends.toSorted((a, b) => a.code - b.code);
  expect(loser?.stderr).toContain('FIELD_TYPE_MISMATCH');
  expect(loser?.stderr).toMatch(
    new RegExp(`^conflict: .*not with ${winner?.name}, which changed since: .*Parcel\\.weight`, 'm'),
  );
  expect(loser?.stderr).toMatch(
    new RegExp(`^since then: release \\d+, publish of ${winner?.name} .*from of-${winner?.name} at 2`, 'm'),
  );

  const { composition, subgraphs } = await list();
  expect(subgraphs.map(({ name }) => name).toSorted()).toEqual(['catalogue', winner?.name].toSorted());
  expect(loser?.stderr).toContain(`check again against what is there now: ${composition}`);
  await untilAllServe(composition);

  // Without a base the reason is the same, and no conflict: nobody was told otherwise before.
  const { name = '' } = loser ?? {};
  expect(await publish(name, schemas[name as keyof typeof schemas])).toMatchObject({ code: 1 });
});

it('may be run again when no answer came: it is there once', async () => {
  const sdl = 'type Query { title: String year: Int }';
  const releases = async () =>
    JSON.parse((await platform.tributary(['release', 'history', '-f', 'json'])).stdout).data.releases.length;
  const before = await releases();
  platform.registry.freeze();
  const unanswered = await publish('catalogue', sdl, '--timeout', '1');
  platform.registry.thaw();
  expect(unanswered).toMatchObject({ code: 2, stderr: expect.stringContaining('run the command again') });
  expect(await publish('catalogue', sdl)).toMatchObject({ code: 0 });
  await untilAllServe((await list()).composition);
  expect(await releases()).toBe(before + 1);
});
