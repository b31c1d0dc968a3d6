import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';
import { serves } from '../src/swap.ts';

/** Claim 9: who may do what, and who did; nothing secret is kept; what a release needs to be known is kept with it. */
const URL_OF_NOTHING = 'http://127.0.0.1:9/graphql';

interface Token {
  readonly id: string;
  readonly token: string;
}

interface AuditEntry {
  readonly action: string;
  readonly actor: string;
  readonly token: string | null;
  readonly environment: string | null;
  readonly subgraph: string | null;
  readonly digest: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

const stack = new AsyncDisposableStack();
let platform: RegistryPlatform;
/** Each asks with a token of its own. */
let gateways: readonly [PlatformProcess, PlatformProcess];
let gatewayTokens: readonly [Token, Token];
let users: Token;
let orders: Token;
/** Whatever a client has printed. */
let printed = '';
const secrets = new Set<string>();

beforeAll(async () => {
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  secrets.add(platform.token);
  [users, orders] = await Promise.all([
    createToken('CI of users', '--role', 'publisher', '--subgraph', 'users'),
    createToken('CI of orders', '--role', 'publisher', '--subgraph', 'orders'),
  ]);
  expect(await publish(users.token, 'users', 'type Query { me: Int }')).toMatchObject({ code: 0 });
  const dev = ['--role', 'gateway', '--environment', 'dev'];
  gatewayTokens = [await createToken('gateway one', ...dev), await createToken('gateway two', ...dev)];
  const start = async ({ token }: Token) => {
    const gateway = stack.use(await platform.createGateway({ REGISTRY_TOKEN: token }));
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start(gatewayTokens[0]), start(gatewayTokens[1])]);
});
afterAll(() => stack.disposeAsync());

async function createToken(name: string, ...options: readonly string[]): Promise<Token> {
  const { stdout } = await platform.tributary(['token', 'create', name, ...options, '--format', 'json']);
  const token = JSON.parse(stdout).data as Token;
  secrets.add(token.token);
  return token;
}
async function tributary(token: string, args: readonly string[], stdin?: string) {
  const run = await platform.tributary(args, stdin, token);
  printed += run.stdout + run.stderr;
  return run;
}
function publish(token: string, subgraph: string, sdl: string, ...options: readonly string[]) {
  const fixed = ['--schema', '-', '--routing-url', URL_OF_NOTHING];
  return tributary(token, ['subgraph', 'publish', subgraph, ...fixed, ...options], sdl);
}
async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tributary(platform.token, args);
  expect(code, stderr).toBe(0);
  return stdout;
}
async function audit(): Promise<readonly AuditEntry[]> {
  const response = await fetch(`${platform.registry.url}/v1/audit?limit=500`, {
    headers: { authorization: `Bearer ${platform.token}` },
  });
  return ((await response.json()) as { entries: AuditEntry[] }).entries;
}
async function composition(): Promise<string> {
  return JSON.parse(await run('subgraph', 'list', '--format', 'json')).data.composition as string;
}
function ask({ url }: PlatformProcess) {
  return postGraphQL(`${url}/graphql`, { query: '{ __typename }' });
}

describe('a token', () => {
  it('of a subgraph publishes that one, and every gateway serves it', async () => {
    const { code } = await publish(users.token, 'users', 'type Query { me: Int name: String }');
    expect(code).toBe(0);
    const digest = await composition();
    for (const gateway of gateways) await waitUntil('it is served', () => serves(gateway, digest));
  });

  it('that is not for it changes nothing and is told why', async () => {
    const before = await composition();
    const sdl = 'type Query { me: Int name: String stolen: Int }';
    const [reader, checker, staging] = await Promise.all([
      createToken('reader', '--role', 'reader'),
      createToken('pull requests', '--role', 'checker'),
      createToken('of staging', '--role', 'publisher', '--environment', 'staging'),
    ]);
    const refusals: readonly [string, RegExp][] = [
      [orders.token, /This token is for subgraph orders, not for users\./],
      [reader.token, /A token of role reader may not publish subgraphs\./],
      [checker.token, /A token of role checker may not publish subgraphs\./],
      [gatewayTokens[0].token, /A token of role gateway may not publish subgraphs\./],
      [staging.token, /This token is for environment staging, not for dev\./],
      [`trb_${users.id}_${'x'.repeat(43)}`, /The registry does not know this token\./],
      ['hunter2-hunter2', /The registry does not know this token\./],
      ['', /This needs a token: .*\n.*TRIBUTARY_TOKEN is not set/],
    ];
    for (const [token, why] of refusals) {
      expect(await publish(token, 'users', sdl)).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringMatching(why),
      });
    }
    for (const args of [
      ['release', 'rollback'],
      ['subgraph', 'delete', 'users'],
      ['token', 'create', 'mine', '--role', 'admin'],
    ]) {
      expect(await tributary(checker.token, args)).toMatchObject({ code: 3 });
    }
    // It may publish, and still not take back what another team has released, nor make itself an admin.
    expect(await tributary(orders.token, ['release', 'rollback'])).toMatchObject({ code: 3 });
    expect(await tributary(orders.token, ['token', 'list'])).toMatchObject({ code: 3 });
    expect(await composition()).toBe(before);
    // What a checker is for.
    expect(
      await tributary(checker.token, ['subgraph', 'check', 'users', '--schema', '-'], sdl),
    ).toMatchObject({ code: 0 });
  });

  it('ends when it is revoked: no publish with it, and no release for a gateway that waits with it', async () => {
    const [kept, cut] = gateways;
    const old = await composition();
    const pipeline = await createToken('old pipeline', '--role', 'publisher');
    await run('token', 'revoke', pipeline.id);
    await run('token', 'revoke', gatewayTokens[1].id);
    expect(await publish(pipeline.token, 'users', 'type Query { a: Int }')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/This token was revoked on 2/),
    });
    expect(await run('token', 'list')).toMatch(/old pipeline .* revoked 2/);

    expect(await publish(users.token, 'users', 'type Query { me: Int next: Int }')).toMatchObject({
      code: 0,
    });
    const digest = await composition();
    await waitUntil('the other gateway has it', () => serves(kept, digest));
    await waitUntil('it is told so', () => cut.log().includes('This token was revoked'));
    expect(await serves(cut, old)).toBe(true);
    expect((await ask(cut)).status).toBe(200);
  });
});

describe('the audit log', () => {
  it('says who did what, with its digest, and who wanted what they may not', async () => {
    const { stdout } = await publish(
      users.token,
      'users',
      'type Query { me: Int audited: Int }',
      ...['--commit', 'c0ffee1', '--format', 'json'],
    );
    const { revision, release, composition: made } = JSON.parse(stdout).data;
    await run('release', 'rollback', '--reason', 'wrong day', '--wait', '0');
    const entries = await audit();
    expect(entries.slice(0, 3)).toMatchObject([
      {
        action: 'release.rollback',
        actor: 'first admin',
        environment: 'dev',
        digest: made,
        detail: { release, from: 'live' },
      },
      { action: 'release.live', actor: 'registry', digest: made, detail: { release } },
      {
        action: 'subgraph.publish',
        actor: 'CI of users',
        token: users.id,
        environment: 'dev',
        subgraph: 'users',
        digest: revision,
        detail: { release, commit: 'c0ffee1' },
      },
    ]);
    expect(entries.find(({ action }) => action === 'token.revoke')).toMatchObject({
      actor: 'first admin',
      detail: { name: 'gateway two' },
    });
    const refused = entries.filter(({ action }) => action === 'request.refuse');
    expect(refused.map(({ actor, detail }) => `${actor}: ${detail.wanted}`).toSorted()).toEqual([
      'CI of orders: administer',
      'CI of orders: publish',
      'CI of orders: release',
      'gateway one: publish',
      'of staging: publish',
      'pull requests: administer',
      'pull requests: publish',
      'pull requests: release',
      'pull requests: retire',
      'reader: publish',
    ]);
    expect(refused.find(({ actor }) => actor === 'reader')).toMatchObject({
      environment: 'dev',
      subgraph: 'users',
      digest: null,
    });
  });

  it('is for admins', async () => {
    for (const token of [users.token, gatewayTokens[0].token, undefined]) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const { status } = await fetch(`${platform.registry.url}/v1/audit`, { headers });
      expect(status).toBe(token === undefined ? 401 : 403);
    }
  });
});

describe('notes', () => {
  const NOTES = [
    '--rollout-notes',
    'turn new-home on at noon',
    '--rollback-notes',
    'turn new-home off first',
  ];

  it('stay with the release, wherever it goes and after a restart, and are read by whoever takes it back', async () => {
    const { stdout } = await publish(
      users.token,
      'users',
      'type Query { me: Int home: Int }',
      ...NOTES,
      ...['--format', 'json'],
    );
    const { release } = JSON.parse(stdout).data as { release: number };
    expect(await run('release', 'promote', '--to', 'staging')).toContain(
      'rollout notes: turn new-home on at noon',
    );
    await platform.registry.stop();
    await platform.registry.start();

    for (const status of [
      await run('release', 'status'),
      await run('release', 'status', String(release)),
      await run('release', 'status', '--env', 'staging'),
    ]) {
      expect(status).toContain('rollout notes: turn new-home on at noon');
      expect(status).toContain('rollback notes: turn new-home off first');
    }
    const { releases } = JSON.parse(await run('release', 'history', '--format', 'json')).data;
    expect(releases[0]).toMatchObject({
      release,
      rolloutNotes: 'turn new-home on at noon',
      rollbackNotes: 'turn new-home off first',
    });
    expect(await run('release', 'rollback', '--wait', '0')).toContain(
      'rollback notes: turn new-home off first',
    );
  });
});

describe('the page', () => {
  const get = (path: string, token: string, method = 'GET') =>
    fetch(`${platform.registry.url}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` },
    });

  it('shows releases and their notes to a token that may list', async () => {
    const reader = await createToken('page', '--role', 'reader');
    expect(await (await get('/environments/dev', reader.token)).text()).toContain('rolled-back');
    const [last] = JSON.parse(await run('release', 'history', '--format', 'json')).data.releases;
    const page = await get(`/environments/dev/releases/${last.release}`, reader.token);
    const text = await page.text();
    expect(text).toContain('turn new-home off first');
    expect(text).toContain('Taken back by first admin');
    expect((await get('/', 'hunter2-hunter2')).status).toBe(401);
  });

  it('cannot change anything, not even for an admin', async () => {
    const before = await audit();
    for (const path of ['/', '/environments/dev', '/environments/dev/releases/1']) {
      expect(await (await get(path, platform.token)).text()).not.toMatch(/<(form|button|input|script)/);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect((await get(path, platform.token, method)).status).toBe(404);
      }
    }
    // What a browser sends of itself opens nothing but the page.
    const rollback = await get('/v1/environments/dev/releases/current/rollback', platform.token, 'POST');
    expect(rollback.status).toBe(401);
    expect(await audit()).toEqual(before);
  });
});

it('keeps no token: neither in the files of the database, nor in a log, nor in what clients print', async () => {
  await platform.registry.stop();
  const logs = [platform.registry, ...gateways].map(({ log }) => log()).join('');
  const files = await filesOf(platform.databaseDirectory);
  const isInFiles = (text: string) => files.some((bytes) => bytes.includes(text));
  // The search finds what is there: each of them is kept as its hash.
  for (const token of secrets) {
    const [, id = '', secret = ''] = /^trb_([0-9a-f]{16})_(.+)$/.exec(token) ?? [];
    expect({ id: isInFiles(id), hash: isInFiles(hash('sha256', secret)) }).toEqual({ id: true, hash: true });
    expect(isInFiles(secret)).toBe(false);
    expect(logs).not.toContain(secret);
    expect(printed).not.toContain(secret);
  }
  expect(secrets.size).toBeGreaterThan(8);
  expect(logs).not.toContain('hunter2');
});

async function filesOf(directory: string): Promise<readonly Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(paths.map((path) => readFile(path)));
}
