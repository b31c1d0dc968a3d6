import { once } from 'node:events';
import { mkdtempDisposable, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFileSource } from './file-source.ts';
import type { TextSource } from './text-source.ts';
import { createUrlSource } from './url-source.ts';

it('sees a file that is written, replaced by a rename, and re-linked', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'source-'));
  const file = (name: string) => join(folder.path, name);
  await writeFile(file('a'), 'one');
  await symlink('a', file('link'));
  const source = createFileSource(file('link'), { intervalMs: 5 });
  expect(await source.read()).toBe('one');

  await using changes = follow(source);
  await writeFile(file('a'), 'two');
  expect(await changes.next()).toBe('two');
  await writeFile(file('b'), 'three');
  await rename(file('b'), file('a'));
  expect(await changes.next()).toBe('three');
  await writeFile(file('c'), 'four');
  await symlink('c', file('new-link'));
  await rename(file('new-link'), file('link'));
  expect(await changes.next()).toBe('four');
});

it('says once that a file is away, and goes on when it is back', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'source-'));
  const path = join(folder.path, 'a');
  await writeFile(path, 'one');
  const source = createFileSource(path, { intervalMs: 5 });
  await source.read();
  await using changes = follow(source);
  await rm(path);
  expect(await changes.next()).toMatch(/^away: /);
  await writeFile(path, 'two');
  expect(await changes.next()).toBe('two');
});

it.each([
  ['/nowhere/supergraph.graphql', '/nowhere/supergraph.graphql: there is no such file'],
  [tmpdir(), `${tmpdir()}: is a directory, not a file`],
])('says in one line what is wrong with %s', async (path, message) => {
  await expect(createFileSource(path).read()).rejects.toThrow(message);
});

it('polls a URL by its ETag and keeps the last text while the server is away', async () => {
  let [status, body] = [200, 'one'];
  const asked: (string | undefined)[] = [];
  await using server = await serve((request, response) => {
    asked.push(request.headers['if-none-match']);
    const isKnown = status === 200 && request.headers['if-none-match'] === `"${body}"`;
    response.writeHead(isKnown ? 304 : status, { etag: `"${body}"` }).end(isKnown ? '' : body);
  });
  const source = createUrlSource(server.url, { intervalMs: 5 });
  expect(await source.read()).toBe('one');
  await using changes = follow(source);
  status = 500;
  expect(await changes.next()).toMatch(/^away: .*answered 500/);
  [status, body] = [200, 'two'];
  expect(await changes.next()).toBe('two');
  expect(asked.slice(0, 2)).toEqual([undefined, '"one"']);
});

it('refuses a text that is too large, and never names a password', async () => {
  await using server = await serve((_, response) => response.end('x'.repeat(100)));
  const url = server.url.replace('http://', 'http://user:hunter2@');
  const source = createUrlSource(url, { maxBytes: 10 });
  await expect(source.read()).rejects.toThrow(`${server.url}: is larger than 10 bytes`);
});

/** What a watcher reports, one by one. */
function follow(source: TextSource) {
  const seen: string[] = [];
  let wake = () => {};
  const report = (text: string) => {
    seen.push(text);
    wake();
  };
  const watching = source.watch({
    onText: report,
    onUnavailable: (error) => report(`away: ${error.message}`),
  });
  return {
    async next(): Promise<string> {
      while (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return seen.shift() as string;
    },
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/s.graphql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
