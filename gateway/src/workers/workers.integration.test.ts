import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestProcess } from '@tributary/lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLibrary } from '../testing/index.ts';

const main = new URL('../main.ts', import.meta.url);

describe('WORKERS=2 node gateway/src/main.ts', () => {
  it('serves from both on one port, with health and metrics of all on one admin port', async () => {
    await using library = await startLibrary();
    await using gateway = await startWorkers(library);
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway.url, '{ loanCount }')));
    expect(answers).toEqual(Array(20).fill({ data: { loanCount: 3 } }));
    const ready = await fetch(`${gateway.adminUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { checks: { workers: '2 of 2' } }]);
    expect(await (await fetch(`${gateway.adminUrl}/metrics`)).text()).toMatch(
      /http_server_request_duration_seconds_count\{[^}]*route="\/graphql"[^}]*\} 20\n/,
    );
  });

  it('loses no more than the requests of a worker that is killed, and replaces it', async () => {
    await using library = await startLibrary();
    await using gateway = await startWorkers(library);
    const { pid } = await gateway.logged({ msg: 'a worker serves' });
    const clients = Array.from({ length: 8 }, () => createClient(gateway.url));
    await expect.poll(() => clients.every(({ answered }) => answered() > 5), { timeout: 15_000 }).toBe(true);
    process.kill(Number(pid), 'SIGKILL');
    await gateway.logged({ msg: 'a worker has died and is replaced', pid, signal: 'SIGKILL' });
    await expect.poll(() => workersOf(gateway.adminUrl), { timeout: 20_000 }).toBe('2 of 2');
    const results = await Promise.all(clients.map((client) => client.stop()));
    // Each client waits for one answer at a time, so the dead worker had at most one of each.
    expect(results.every(({ lost }) => lost <= 1)).toBe(true);
    expect(results.every(({ isLastAnswered }) => isLastAnswered)).toBe(true);
  });

  it('drains on SIGTERM: every running request gets its answer, then all processes end', async () => {
    await using library = await startLibrary();
    await using gateway = await startWorkers(library);
    const held = holdAnswers(library, 6);
    // Named differently, as equal fetches would be sent once.
    const last = Array.from({ length: 6 }, (_, index) =>
      ask(gateway.url, `query Last${index} { viewer { name } }`),
    );
    await held.reached;
    gateway.kill('SIGTERM');
    await expect.poll(() => ask(gateway.url, '{ loanCount }').catch(() => 'refused')).toBe('refused');
    expect((await fetch(`${gateway.adminUrl}/health/ready`)).status).toBe(503);
    held.release();
    expect(await Promise.all(last)).toEqual(Array(6).fill({ data: { viewer: { name: 'Last' } } }));
    expect(await gateway.end).toEqual({ code: 0, stderr: '' });
  });

  it('drains its workers even when it is killed itself', async () => {
    await using library = await startLibrary();
    await using gateway = await startWorkers(library);
    const held = holdAnswers(library, 1);
    const last = ask(gateway.url, '{ viewer { name } }');
    await held.reached;
    gateway.kill('SIGKILL');
    await expect.poll(() => ask(gateway.url, '{ loanCount }').catch(() => 'refused')).toBe('refused');
    held.release();
    expect(await last).toEqual({ data: { viewer: { name: 'Last' } } });
  });

  it('does not keep trying a start that cannot work', async () => {
    await using gateway = startTestProcess(main, { PORT: '0', WORKERS: '2', SUPERGRAPH: '/nowhere/s' });
    const { code, stderr } = await gateway.end;
    expect([code, stderr.split('\n')[0]]).toEqual([1, 'gateway: /nowhere/s: there is no such file']);
  });
});

type Library = Awaited<ReturnType<typeof startLibrary>>;

async function startWorkers(library: Library) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'gateway-'));
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'supergraph.graphql');
  await writeFile(file, library.supergraphSdl);
  const gateway = startTestProcess(main, { PORT: '0', WORKERS: '2', SUPERGRAPH: file });
  const { url, adminUrl } = await gateway.logged({ msg: 'ready' });
  return Object.assign(gateway, { url: String(url), adminUrl: String(adminUrl) });
}

/** Asks one thing after the other, each on a connection of its own. */
function createClient(url: string) {
  let answered = 0;
  let lost = 0;
  let isLastAnswered = true;
  let isStopped = false;
  const run = async () => {
    while (!isStopped) {
      isLastAnswered = await ask(url, '{ loanCount }').then(
        () => true,
        () => false,
      );
      if (isLastAnswered) answered++;
      else lost++;
    }
  };
  const running = run();
  return {
    answered: () => answered,
    stop: async () => {
      isStopped = true;
      await running;
      return { lost, isLastAnswered };
    },
  };
}

/** Makes a subgraph keep its answers to itself until they are released. */
function holdAnswers(library: Library, count: number) {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let waiting = 0;
  library.subgraphs.readers.behave(async (_, response) => {
    if (++waiting === count) reach();
    await released;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"data":{"viewer":{"name":"Last"}}}');
  });
  return { reached, release };
}

async function workersOf(adminUrl: string): Promise<unknown> {
  const { checks } = (await (await fetch(`${adminUrl}/health/ready`)).json()) as {
    checks: Record<string, string>;
  };
  return checks.workers;
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(10_000),
  });
  return response.json();
}
