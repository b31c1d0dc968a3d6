import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { testTelemetry } from '@tributary/telemetry/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { publishAsEdited } from './publish-as-edited.ts';

interface Publish {
  readonly sdl: string;
  readonly routingUrl: string;
}

const stack = { current: new AsyncDisposableStack() };
beforeEach(() => {
  stack.current = new AsyncDisposableStack();
});
afterEach(() => stack.current.disposeAsync());

const until = (assertion: () => void) => vi.waitFor(assertion, { interval: 5, timeout: 4_000 });

/** A registry that takes what `takes` says, and a service that serves whatever is not "broken". */
async function start(takes: (publish: Publish) => boolean = () => true) {
  const published: Publish[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await json(request)) as Publish;
      asked.push(request.url ?? '');
      if (takes(body)) {
        published.push(body);
        response.end(JSON.stringify({ changed: true, release: published.length, state: 'live' }));
      } else {
        const problems = [{ message: 'Query.a is Int here and String there' }];
        response.writeHead(422).end(JSON.stringify({ error: { message: 'It does not compose.', problems } }));
      }
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.current.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = await mkdtemp(join(tmpdir(), 'publish-'));
  stack.current.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'schema.graphql');
  await writeFile(path, 'one');
  const served: string[] = [];
  const schema = {
    sdl: await readFile(path, 'utf8'),
    digest: '',
    async replace(sdl: string) {
      if (sdl === 'broken') throw new Error('Syntax Error: Unexpected Name "broken".');
      served.push(sdl);
      schema.sdl = sdl;
    },
  };
  const { logger, logs } = testTelemetry('books');
  const order: string[] = [];
  stack.current.use(
    publishAsEdited({
      name: 'books',
      file: pathToFileURL(path),
      service: { url: 'http://127.0.0.1:4001', schema },
      registration: {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        token: 'token',
        environment: 'dev',
      },
      onServed: async () => void order.push(`served, ${published.length} published`),
      logger,
    }),
  );
  const edit = (text: string) => writeFile(path, text);
  return { published, asked, served, order, logs: logs.lines, path, edit };
}

it('publishes at the start, and serves, tells and publishes what is edited, in this order', async () => {
  const { published, asked, served, order, edit } = await start();
  await until(() => expect(published).toEqual([{ sdl: 'one', routingUrl: 'http://127.0.0.1:4001/graphql' }]));
  await edit('two');
  await until(() => expect(published.map(({ sdl }) => sdl)).toEqual(['one', 'two']));
  expect(served).toEqual(['two']);
  expect(order).toEqual(['served, 1 published']);
  expect(new Set(asked)).toEqual(new Set(['/v1/environments/dev/subgraphs/books/revisions']));
});

it('leaves a broken schema alone and says why; the next edit counts again', async () => {
  const { published, served, logs, edit } = await start();
  await until(() => expect(published).toHaveLength(1));
  await edit('broken');
  await until(() =>
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'error', reason: expect.stringMatching(/^Syntax/) }),
    ),
  );
  await edit('mended');
  await until(() => expect(published.at(-1)?.sdl).toBe('mended'));
  expect(served).toEqual(['mended']);
});

it('goes on publishing what is served when an edit is broken and taken back', async () => {
  let isThere = false;
  const { published, served, logs, edit } = await start(() => isThere);
  await edit('broken');
  await until(() => expect(logs).toContainEqual(expect.objectContaining({ level: 'error' })));
  await edit('one');
  isThere = true;
  await until(() => expect(published.map(({ sdl }) => sdl)).toEqual(['one']));
  expect(served).toEqual([]);
});

it('waits for the rest of a file that an editor empties or takes away first', async () => {
  const { published, logs, edit, path } = await start();
  await until(() => expect(published).toHaveLength(1));
  await edit('');
  await delay(400);
  await rm(path);
  await delay(400);
  await edit('two');
  await until(() => expect(published.map(({ sdl }) => sdl)).toEqual(['one', 'two']));
  expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
});

it('says once what the registry does not take, and tries again until it does', async () => {
  let isComplete = false;
  const { published, asked, logs, edit } = await start(({ sdl }) => sdl === 'one' || isComplete);
  await until(() => expect(published).toHaveLength(1));
  await edit('half of a change');
  await until(() => expect(asked.length).toBeGreaterThan(3));
  const told = logs.filter(({ level }) => level === 'error');
  expect(told).toMatchObject([{ reason: 'It does not compose. Query.a is Int here and String there' }]);
  isComplete = true;
  await until(() => expect(published.at(-1)?.sdl).toBe('half of a change'));
});

it('gives up what is refused for the next edit, and ends while it tries', async () => {
  const { published, edit } = await start(({ sdl }) => sdl === 'good');
  await edit('good');
  await until(() => expect(published.map(({ sdl }) => sdl)).toEqual(['good']));
  await edit('refused for ever');
});
