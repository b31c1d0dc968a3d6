import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { Agent, createServer, get, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { claimPort, startTestProcess } from '@tributary/lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLibrary } from './testing/index.ts';

const main = new URL('./main.ts', import.meta.url);

/** Processes start and end while others do: a second is not always enough. */
const PATIENT = { timeout: 10_000 };

it('lives, and is not ready, while it waits for its supergraph', async () => {
  const slow = createServer(() => {}).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const adminPort = await claimPort();
  await using _gateway = startTestProcess(main, {
    PORT: '0',
    ADMIN_PORT: String(adminPort),
    SUPERGRAPH: `http://127.0.0.1:${portOf(slow)}/supergraph`,
  });
  const probe = (path: string) => fetch(`http://127.0.0.1:${adminPort}/health/${path}`);
  await expect
    .poll(
      () =>
        probe('live')
          .then(({ status }) => status)
          .catch(String),
      { timeout: 10_000 },
    )
    .toBe(200);
  const ready = await probe('ready');
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unready', checks: { supergraph: 'none yet', server: 'starting' } },
  ]);
  slow.closeAllConnections();
  slow.close();
}, 20_000);

describe.each(['1', '2'])('told to end, with WORKERS=%s', (WORKERS) => {
  it('takes new connections for a while, and closes each after its answer', async () => {
    await using library = await startLibrary();
    await using gateway = await start(library, { WORKERS, DRAIN_DELAY_MS: '3000' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(gateway.url, agent)).headers.connection).toBe('keep-alive');

    gateway.kill('SIGTERM');
    await expect.poll(() => statusOf(`${gateway.adminUrl}/health/ready`), PATIENT).toBe(503);
    expect(await statusOf(`${gateway.adminUrl}/health/live`)).toBe(200);
    for (const by of [agent, undefined, undefined]) {
      const { statusCode, headers } = await ask(gateway.url, by);
      expect([statusCode, headers.connection]).toEqual([200, 'close']);
    }
    expect(await gateway.end).toEqual({ code: 0, stderr: '' });
    agent.destroy();
  }, 30_000);

  it('gives running requests their answers, which close their connections', async () => {
    await using library = await startLibrary();
    await using gateway = await start(library, { WORKERS });
    const held = holdAnswers(library);
    const agent = new Agent({ keepAlive: true });
    const last = ask(gateway.url, agent, '{ viewer { name } }');
    await held.reached;
    gateway.kill('SIGTERM');
    await expect.poll(() => ask(gateway.url).catch(() => 'refused'), PATIENT).toBe('refused');
    held.release();
    const { statusCode, headers } = await last;
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
    expect(await gateway.end).toEqual({ code: 0, stderr: '' });
    agent.destroy();
  }, 30_000);

  it('cuts off what has not ended in time', async () => {
    await using library = await startLibrary();
    await using gateway = await start(library, { WORKERS, DRAIN_TIMEOUT_MS: '300' });
    const held = holdAnswers(library);
    const last = ask(gateway.url, undefined, '{ viewer { name } }').catch(({ code }) => code);
    await held.reached;
    gateway.kill('SIGTERM');
    expect(await last).toBe('ECONNRESET');
    expect(await gateway.logged({ msg: 'cuts off what does not end' })).toMatchObject({ requests: 1 });
    expect(await gateway.end).toEqual({ code: 0, stderr: '' });
    held.release();
  }, 30_000);

  it('ends at once when told again', async () => {
    await using library = await startLibrary();
    await using gateway = await start(library, { WORKERS });
    const held = holdAnswers(library);
    const last = ask(gateway.url, undefined, '{ viewer { name } }').catch(({ code }) => code);
    await held.reached;
    gateway.kill('SIGTERM');
    await expect.poll(() => statusOf(`${gateway.adminUrl}/health/ready`), PATIENT).toBe(503);
    gateway.kill('SIGTERM');
    expect((await gateway.end).code).toBe(1);
    expect(await last).toBe('ECONNRESET');
    await expect.poll(() => ask(gateway.url).catch(() => 'refused'), PATIENT).toBe('refused');
    held.release();
  }, 30_000);
});

type Library = Awaited<ReturnType<typeof startLibrary>>;

async function start(library: Library, env: Record<string, string>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'gateway-'));
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'supergraph.graphql');
  await writeFile(file, library.supergraphSdl);
  const gateway = startTestProcess(main, { PORT: '0', SUPERGRAPH: file, ...env });
  const { url, adminUrl } = await gateway.logged({ msg: 'ready' });
  return Object.assign(gateway, { url: String(url), adminUrl: String(adminUrl) });
}

/** Makes a subgraph keep its answer to itself until it is released. */
function holdAnswers(library: Library) {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  library.subgraphs.readers.behave(async (_, response) => {
    reach();
    await released;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"data":{"viewer":{"name":"Last"}}}');
  });
  return { reached, release };
}

/** With node's own client: it shows the connection header, which fetch hides. */
function ask(url: string, agent?: Agent, query = '{ loanCount }'): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    method: 'POST',
    agent: agent ?? false,
    headers: { 'content-type': 'application/json' },
  } as const;
  request(url, options, (response) => {
    text(response).then(() => resolve(response), reject);
  })
    .on('error', reject)
    .end(JSON.stringify({ query }));
  return promise;
}

function statusOf(url: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get(url, { agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).on('error', reject);
  return promise;
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as { port: number }).port;
}
