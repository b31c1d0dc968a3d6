import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LINK, startTestRegistry, type TestEnvironment, type TestRegistry } from '../testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const USERS = `${LINK}type Query {\n  me: User\n}\ntype User @key(fields: "id") {\n  id: ID!\n  name: String\n}\n`;
const URL_OPTION = ['--routing-url', 'http://users.test/graphql'];

let registry: TestRegistry;
let environment: TestEnvironment;
let folder: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'));
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the client as a pipeline would, with these variables over those of a working one. */
async function tributary(
  args: readonly string[],
  env: Record<string, string> = {},
  stdin = '',
): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: {
      TRIBUTARY_REGISTRY_URL: registry.url,
      TRIBUTARY_TOKEN: registry.token,
      TRIBUTARY_ENVIRONMENT: environment.name,
      ...env,
    },
  });
  child.stdin.end(stdin);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, stdout, stderr };
}

async function schemaFile(sdl: string, name = 'schema.graphql'): Promise<string> {
  await writeFile(join(folder, name), sdl);
  return name;
}

/** A server that answers everything so, instead of a registry. */
async function impostor(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('tributary', () => {
  it('checks, publishes what it checked, lists, fetches and deletes', async () => {
    const schema = await schemaFile(USERS);
    const check = await tributary(['subgraph', 'check', 'users', '--schema', schema]);
    expect(check).toMatchObject({ code: 0, stderr: '' });
    const [, base = ''] = /--expect-base (\w+)/.exec(check.stdout) ?? [];
    expect(base).toBe('none');

    const publish = ['subgraph', 'publish', 'users', '-s', schema, ...URL_OPTION];
    const published = await tributary([...publish, '--expect-base', base, '--commit', 'c0ffee']);
    expect(published).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^published users \w{12} to test-\w+: release 1, live\n/),
    });
    expect(await tributary(publish)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing was changed'),
    });

    await environment.publish('other', 'type Query { other: Int }');
    const list = await tributary(['subgraph', 'list', '--format', 'json']);
    expect(JSON.parse(list.stdout).data.subgraphs).toMatchObject([
      { name: 'other' },
      { name: 'users', commit: 'c0ffee' },
    ]);

    const fetched = await tributary(['supergraph', 'fetch', '--output', 'supergraph.graphql']);
    expect(fetched).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^wrote supergraph \w{64} to supergraph.graphql\n/),
    });
    const written = await readFile(join(folder, 'supergraph.graphql'), 'utf8');
    expect((await tributary(['supergraph', 'fetch'])).stdout).toBe(written);

    expect(await tributary(['subgraph', 'delete', 'other'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('release 3'),
    });
  });

  it('moves releases: status, history, promote, rollback', async () => {
    const { db } = registry.database;
    const report = async (...serves: string[]) => {
      const seen = { serves, seen_at: new Date(Date.now() + 1_000), report: 1n };
      await db
        .insertInto('gateway_lease')
        .values({ environment: environment.name, gateway: 'g1', ...seen })
        .onConflict((conflict) => conflict.columns(['environment', 'gateway']).doUpdateSet(seen))
        .execute();
    };
    const replica = (digest: string) =>
      registry.send('POST', `${environment.path}/attestations`, { subgraph: 'users', replica: 'r1', digest });
    const first = await environment.publish<Record<string, string>>('users', 'type Query { a: Int }');
    await replica(first.body.revision ?? '');
    const notes = { rolloutNotes: 'turn on b', rollbackNotes: 'turn off b' };
    const second = await environment.publish<Record<string, string>>('users', 'type Query { b: Int }', notes);
    expect(await tributary(['release', 'status'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /release 2 waiting 0\/1, release 1 live\n.*waits for users \w{12}: 0 of 1 replicas serve it\n\s+rollout notes: turn on b/s,
      ),
    });
    await replica(second.body.revision ?? '');
    expect((await tributary(['release', 'status', '2'])).stdout).toMatch(
      /release 2 is live\n.*gateways 0 of 0/s,
    );
    expect(await tributary(['release', 'promote', '--to', 'staging'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/of staging is live\ncomposition \w{64}\nrollout notes: turn on b/),
    });

    await report(second.body.composition ?? '');
    const rollback = ['release', 'rollback', '--reason', 'slow'];
    expect(await tributary([...rollback, '--wait', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /is rolled-back, release 1 is live, but after 1 s 1 of 1 gateways still serve it/,
      ),
    });
    await report(first.body.composition ?? '');
    expect(await tributary([...rollback, '--wait', '0', '--format', 'json'])).toMatchObject({ code: 4 });
    expect(await tributary(['release', 'rollback', '2'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /already rolled-back, release 1 is live; no gateway of 1 serves it after [\d.]+ s\nrollback notes: turn off b/,
      ),
    });
    const history = await tributary(['release', 'history']);
    expect(history.stdout).toMatch(/2 +rolled-back .*\n1 +live /s);
    expect(await tributary(['release', 'promote'])).toMatchObject({ code: 3 });
    expect(await tributary(['release', 'status', 'x'])).toMatchObject({ code: 3 });
    expect(await tributary(['subgraph', 'safe-to-retire', 'users'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('release 1, which is live, has it'),
    });
    expect(await tributary(['subgraph', 'safe-to-retire', 'user'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('never had'),
    });
  });

  it('makes tokens that work, and ends them', async () => {
    const made = await tributary([
      'token',
      'create',
      'ci of users',
      '--role',
      'publisher',
      '--subgraph',
      'users',
      '-f',
      'json',
    ]);
    const { id, token } = JSON.parse(made.stdout).data;
    const schema = await schemaFile(USERS);
    const publish = (name: string) =>
      tributary(['subgraph', 'publish', name, '-s', schema, ...URL_OPTION], { TRIBUTARY_TOKEN: token });
    expect(await publish('users')).toMatchObject({ code: 0 });
    expect(await publish('orders')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('for subgraph users, not for orders'),
    });
    expect((await tributary(['token', 'list'])).stdout).toMatch(
      new RegExp(`${id} +ci of users +publisher +users +all`),
    );
    expect(await tributary(['token', 'revoke', id])).toMatchObject({ code: 0 });
    expect(await publish('users')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('was revoked on'),
    });
  });

  it('reads a schema from standard input', async () => {
    const run = await tributary(['subgraph', 'publish', 'users', '--schema', '-', ...URL_OPTION], {}, USERS);
    expect(run).toMatchObject({ code: 0 });
  });

  it('fails a check with 1, and shows it at the lines of a pull request', async () => {
    await environment.publish('users', USERS);
    const schema = await schemaFile(USERS.replace('  name: String\n', ''));
    const run = await tributary(['subgraph', 'check', 'users', '-s', schema, '--format', 'github']);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(
      /^::error file=schema\.graphql,line=5,col=6,title=breaking\/FIELD_REMOVED User\.name::Field 'name' was removed/,
    );
    const allowed = await tributary([
      'subgraph',
      'check',
      'users',
      '-s',
      schema,
      '--allow-inconclusive',
      '-f',
      'sarif',
    ]);
    expect(allowed.code).toBe(0);
    expect(JSON.parse(allowed.stdout).runs[0].results[0]).toMatchObject({
      ruleId: 'breaking/FIELD_REMOVED',
      level: 'warning',
    });
  });

  it('ends with 1 for a publish that does not compose, and with 4 for one that crosses another', async () => {
    await environment.publish('users', USERS);
    const { composition } = await environment.list();
    await environment.publish('more', `${LINK}type Thing { a: Int @shareable } type Query { thing: Thing }`, {
      commit: 'abc123',
    });
    const schema = await schemaFile('type Query { things: [Thing] }\ntype Thing {\n  a: String\n}');
    const publish = ['subgraph', 'publish', 'things', '-s', schema, ...URL_OPTION];
    const refused = await tributary(publish);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('at schema.graphql:3:3') });
    const crossed = await tributary([...publish, '--expect-base', composition ?? '']);
    expect(crossed).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('since then: release 2, publish of more'),
    });
    expect(crossed.stderr).toContain('abc123');
    expect((await environment.list()).release).toBe(2);
  });
});

describe('bad input ends with 3 and says what to do', () => {
  it.each<[string, readonly string[], RegExp]>([
    [
      'a file that is not there',
      ['subgraph', 'check', 'users', '-s', 'nowhere.graphql'],
      /nowhere\.graphql cannot be read: there is no such file/,
    ],
    ['a folder', ['subgraph', 'check', 'users', '-s', '.'], /cannot be read: that is a folder/],
    ['no schema', ['subgraph', 'publish', 'users'], /--schema is missing/],
    [
      'no name',
      ['subgraph', 'publish'],
      /<subgraph> is missing.*usage: tributary subgraph publish <subgraph>/s,
    ],
    [
      'a name that cannot be one',
      ['subgraph', 'check', 'us/ers', '-s', 'x'],
      /"us\/ers": a subgraph is named by/,
    ],
    ['one argument too many', ['subgraph', 'list', 'more'], /"more" is one argument too many/],
    ['an unknown option', ['subgraph', 'list', '--frob'], /unknown option '--frob'/],
    ['an unknown command', ['subgraph', 'frob'], /no command subgraph frob; there are subgraph check/],
    [
      'an unknown format',
      ['subgraph', 'list', '--format', 'xml'],
      /--format xml is none of text, json, github, sarif/,
    ],
    [
      'a bad number',
      ['subgraph', 'check', 'users', '-s', 'x', '--max-fetch-depth-increase', 'one'],
      /whole number from 0 to 100/,
    ],
    [
      'a bad lint rule',
      ['subgraph', 'check', 'users', '-s', 'x', '--lint', 'beauty=error'],
      /the rule one of type-name/,
    ],
    ['an unknown environment', ['subgraph', 'list', '-e', 'prod'], /There is no environment prod/],
    ['a bad role', ['token', 'create', 'ci', '--role', 'king'], /--role is one of admin, publisher/],
    ['a bad registry', ['subgraph', 'list', '--registry', 'here'], /"here" is no URL of a registry/],
  ])('%s', async (_what, args, message) => {
    const { code, stdout, stderr } = await tributary(args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it('a schema that is not GraphQL, with its line', async () => {
    const schema = await schemaFile('type Query {\n  a: \n}');
    const run = await tributary(['subgraph', 'publish', 'users', '-s', schema, '-f', 'github']);
    expect(run).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('::error file=schema.graphql,line=3,col=1,'),
    });
  });

  it('a wrong token, and none', async () => {
    expect(await tributary(['subgraph', 'list'], { TRIBUTARY_TOKEN: 'wrong' })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('does not know this token'),
    });
    expect(await tributary(['subgraph', 'list'], { TRIBUTARY_TOKEN: '' })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('TRIBUTARY_TOKEN is not set'),
    });
  });

  it('a registry that is somewhere else now', async () => {
    await using moved = await impostor((_request, response) => {
      response.writeHead(301, { location: 'https://new.test/' }).end();
    });
    expect(await tributary(['subgraph', 'list'], { TRIBUTARY_REGISTRY_URL: moved.url })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('redirects to https://new.test/'),
    });
  });
});

describe('a registry that does not answer', () => {
  it('because it is away: 5', async () => {
    const gone = await impostor(() => {});
    await gone[Symbol.asyncDispose]();
    const run = await tributary(['subgraph', 'list', '-f', 'json'], { TRIBUTARY_REGISTRY_URL: gone.url });
    expect(run.code).toBe(5);
    expect(JSON.parse(run.stdout)).toMatchObject({
      ok: false,
      exitCode: 5,
      data: { error: { code: 'UNREACHABLE' } },
    });
  });

  it('because it takes too long: 2', async () => {
    await using silent = await impostor(() => {});
    const run = await tributary(['subgraph', 'list', '--timeout', '1'], {
      TRIBUTARY_REGISTRY_URL: silent.url,
    });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('did not answer within 1 s') });
  });

  it('as a registry, but as something else: 5', async () => {
    await using website = await impostor((_request, response) => response.end('<html>hello</html>'));
    const run = await tributary(['subgraph', 'list'], { TRIBUTARY_REGISTRY_URL: website.url });
    expect(run).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('does not answer as a registry: status 200'),
    });
  });

  it('with all of the supergraph: 5, and nothing is written', async () => {
    await using broken = await impostor((_request, response) => {
      response
        .writeHead(200, { etag: `"${'a'.repeat(64)}"`, 'content-type': 'text/plain' })
        .end('type Query');
    });
    const args = ['supergraph', 'fetch', '--output', 'broken.graphql'];
    const run = await tributary(args, { TRIBUTARY_REGISTRY_URL: broken.url });
    expect(run).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('has not the digest that it names'),
    });
    await expect(readFile(join(folder, 'broken.graphql'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('help', () => {
  it('lists the commands, and tells each', async () => {
    const general = await tributary(['--help']);
    expect(general).toMatchObject({ code: 0, stderr: '' });
    expect(general.stdout).toContain('tributary subgraph publish <subgraph> [options]');
    expect((await tributary(['subgraph', 'check', '--help'])).stdout).toContain(
      '--max-fetch-depth-increase <n>',
    );
    expect(await tributary([])).toMatchObject({ code: 3, stdout: '' });
  });
});
