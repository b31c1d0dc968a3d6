import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Where a database lives that outlasts a process: for tests that kill one and start another. */
export interface TestPlace extends AsyncDisposable {
  readonly directory: string;
  /** When TEST_DATABASE_URL names a server: an empty database there. */
  readonly url: string | undefined;
  /** The same, as a service's process is told. */
  readonly env: { readonly DATABASE_DIRECTORY: string; readonly DATABASE_URL: string };
}

/** An empty directory, or an empty database on the server that TEST_DATABASE_URL names. Gone after dispose. */
export async function openTestPlace(): Promise<TestPlace> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-place-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const directory = join(folder, 'database');
  const url = stack.use(await createTestDatabase()).url;
  const owned = stack.move();
  return {
    directory,
    url,
    env: { DATABASE_DIRECTORY: directory, DATABASE_URL: url ?? '' },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A new database on the server of TEST_DATABASE_URL, dropped on dispose; no URL when there is no server. */
export async function createTestDatabase(): Promise<AsyncDisposable & { readonly url: string | undefined }> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? '';
  if (serverUrl === '') return { url: undefined, [Symbol.asyncDispose]: async () => {} };

  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  const name = `tributary_test_${randomBytes(8).toString('hex')}`;
  await server.query(`CREATE DATABASE ${name}`);
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    async [Symbol.asyncDispose]() {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}
