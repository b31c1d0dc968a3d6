import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestProcess } from '@tributary/lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compose, LIBRARY, startLibrary } from './testing/index.ts';

const main = new URL('./main.ts', import.meta.url);

describe('SUPERGRAPH=<file> PORT=<n> node gateway/src/main.ts', () => {
  it('alone serves any supergraph on 127.0.0.1, and tells probes that it is ready', async () => {
    await using library = await startLibrary();
    await using gateway = await startGateway({ SUPERGRAPH: await fileOf(library.supergraphSdl) });
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(await ask(gateway.url, '{ viewer { name balance } __schema { queryType { name } } }')).toEqual({
      data: { viewer: { name: 'Reader 1', balance: 12 }, __schema: { queryType: { name: 'Query' } } },
    });
    const ready = await fetch(`${gateway.adminUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'ready' })]);
    const page = await fetch(new URL('/', gateway.url));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('starts with any routing URLs, and answers with nulls and coded errors where they lead nowhere', async () => {
    const urls = { readers: '', loans: 'not a url', fines: 'https://nowhere.invalid/graphql' };
    const supergraph = compose(LIBRARY, (name) => urls[name]);
    await using gateway = await startGateway({ SUPERGRAPH: await fileOf(supergraph) });
    expect(await ask(gateway.url, '{ viewer { name balance } echo(text: "x") }')).toMatchObject({
      data: { viewer: null, echo: null },
      errors: ['viewer', 'echo'].map((field) => ({
        path: [field],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', traceId: expect.any(String) },
      })),
    });
  });

  it('follows its file', async () => {
    await using library = await startLibrary();
    const { readers, loans } = LIBRARY;
    const file = await fileOf(compose({ readers }, () => library.subgraphs.readers.url));
    await using gateway = await startGateway({ SUPERGRAPH: file });
    expect(await ask(gateway.url, '{ loanCount }')).not.toHaveProperty('data');
    await writeFile(
      file,
      compose({ readers, loans }, (name) => library.subgraphs[name].url),
    );
    await gateway.logged({ msg: 'serves a new supergraph' });
    expect(await ask(gateway.url, '{ loanCount }')).toEqual({ data: { loanCount: 3 } });
  });

  it('is closed by default in production: neither introspection nor GraphiQL', async () => {
    await using library = await startLibrary();
    const env = { SUPERGRAPH: await fileOf(library.supergraphSdl), NODE_ENV: 'production' };
    await using gateway = await startGateway(env);
    expect(await ask(gateway.url, '{ __schema { queryType { name } } }')).not.toHaveProperty('data');
    expect((await fetch(new URL('/', gateway.url))).status).toBe(404);
    await using open = await startGateway({ ...env, INTROSPECTION: 'true' });
    expect(await ask(open.url, '{ __schema { queryType { name } } }')).toHaveProperty('data');
  });

  it('drains on SIGTERM: the running request gets its answer, then the process exits with 0', async () => {
    await using library = await startLibrary();
    await using gateway = await startGateway({ SUPERGRAPH: await fileOf(library.supergraphSdl) });
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    library.subgraphs.readers.behave(async (_, response) => {
      reach();
      await released;
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"data":{"viewer":{"name":"Last"}}}');
    });
    const last = ask(gateway.url, '{ viewer { name } }');
    await reached;
    gateway.kill('SIGTERM');
    await expect.poll(() => ask(gateway.url, '{ loanCount }').catch(() => 'refused')).toBe('refused');
    expect((await fetch(`${gateway.adminUrl}/health/ready`)).status).toBe(503);
    release();
    expect(await last).toEqual({ data: { viewer: { name: 'Last' } } });
    expect(await gateway.end).toEqual({ code: 0, stderr: '' });
  });

  it("loads no HTTP client of node's own, which is 15 MB that nothing uses", async () => {
    await using library = await startLibrary();
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(TELL_MODULES)}`;
    await using gateway = await startGateway({
      SUPERGRAPH: await fileOf(library.supergraphSdl),
      NODE_OPTIONS,
    });
    expect(await ask(gateway.url, '{ loanCount }')).toEqual({ data: { loanCount: 3 } });
    gateway.kill('SIGTERM');
    const { modules } = await gateway.logged({ msg: 'modules' });
    expect(modules).toContain('NativeModule net');
    expect(modules).not.toContain('NativeModule internal/deps/undici/undici');
  });
});

/** Of node's own, as it ends. */
const TELL_MODULES = `
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    writeSync(1, JSON.stringify({ msg: 'modules', modules: process.moduleLoadList }) + '\\n');
  });`;

describe('a start that cannot work is one clear message and exit 1', () => {
  it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    [
      'no supergraph',
      async () => ({}),
      /^gateway: The environment has 1 fault:\n {2}SUPERGRAPH: is required, or REGISTRY_URL\n$/,
    ],
    [
      'two places for it, one of them without its keys',
      async () => ({ SUPERGRAPH: 'a.graphql', REGISTRY_URL: 'http://127.0.0.1:9', REGISTRY_TOKEN: 't' }),
      /has 2 faults:\n {2}SUPERGRAPH: the supergraph comes .*\n {2}REGISTRY_PUBLIC_KEYS: is required with REGISTRY_URL\n$/,
    ],
    [
      'a token for a registry that is not named',
      async () => ({ SUPERGRAPH: await anySupergraph(), REGISTRY_TOKEN: 't', REGISTRY_PUBLIC_KEYS: '{}' }),
      /^gateway: The environment has 1 fault:\n {2}REGISTRY_URL: is required with REGISTRY_TOKEN\n$/,
    ],
    [
      'a missing file',
      async () => ({ SUPERGRAPH: '/nowhere/s.graphql' }),
      /^gateway: \/nowhere\/s\.graphql: there is no such file\n$/,
    ],
    [
      'text that is not GraphQL',
      async () => ({ SUPERGRAPH: await fileOf('{{{') }),
      /^gateway: \S+ is not a valid supergraph: Syntax Error: [^\n]+\n$/,
    ],
    [
      'a schema that is no supergraph',
      async () => ({ SUPERGRAPH: await fileOf('type Query { a: Int }') }),
      /^gateway: \S+ is not a valid supergraph: [^\n]+\n$/,
    ],
    [
      'a URL where nothing is',
      async () => ({ SUPERGRAPH: 'http://127.0.0.1:1/s' }),
      /^gateway: http:\/\/127\.0\.0\.1:1\/s: [^\n]+\n$/,
    ],
    [
      'a bad policy file',
      async () => ({
        SUPERGRAPH: await anySupergraph(),
        GATEWAY_CONFIG: await fileOf('limits:\n  depht: 1'),
      }),
      /^gateway: \S+:2: limits\.depht is not a key of the policy file\n$/,
    ],
    [
      'a bad port',
      async () => ({ SUPERGRAPH: await anySupergraph(), PORT: 'http' }),
      /PORT: "http" is not an integer/,
    ],
    [
      'faults on purpose in production, unless that is said',
      async () => ({ SUPERGRAPH: await anySupergraph(), NODE_ENV: 'production', TRIBUTARY_FAULTS: 'on' }),
      /^gateway: TRIBUTARY_FAULTS=on .* TRIBUTARY_FAULTS=in-production\n$/,
    ],
    [
      'an unusable identity key',
      async () => ({
        SUPERGRAPH: await anySupergraph(),
        IDENTITY_PRIVATE_JWK: '{"kty":"oct","kid":"a","d":"hunter2"}',
      }),
      /^gateway: (?!.*hunter2)[^\n]+Ed25519[^\n]+\n$/,
    ],
  ])('%s', async (_, environment, message) => {
    await using gateway = startTestProcess(main, { PORT: '0', ...(await environment()) });
    expect(await gateway.end).toEqual({ code: 1, stderr: expect.stringMatching(message) });
  });

  it('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = { SUPERGRAPH: await anySupergraph(), PORT: String(port), ADMIN_PORT: '0' };
    await using gateway = startTestProcess(main, env);
    const { stderr } = await gateway.end;
    taken.close();
    expect(stderr).toBe(`gateway: port ${port} on 127.0.0.1 is in use by another process\n`);
  });
});

async function startGateway(env: Record<string, string>) {
  const gateway = startTestProcess(main, { PORT: '0', ...env });
  const { url, adminUrl } = await gateway.logged({ msg: 'ready' });
  return Object.assign(gateway, { url: String(url), adminUrl: String(adminUrl) });
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function fileOf(content: string): Promise<string> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'gateway-'));
  onTestFinished(() => folder.remove());
  const path = join(folder.path, 'file');
  await writeFile(path, content);
  return path;
}

function anySupergraph(): Promise<string> {
  return fileOf(compose({ readers: LIBRARY.readers }, () => 'http://127.0.0.1:1/'));
}
