import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { testIdentity } from '@tributary/identity/testing';
import { postAs, signedIn } from '@tributary/subgraph/testing';
import { expect, it } from 'vitest';
import { openUsersDatabase } from './testing.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const identity = await testIdentity({ audience: 'users' });

it('names every fault of its environment at once, and shows no secret', async () => {
  const process = start({
    PORT: 'http',
    NODE_ENV: 'production',
    SIGNING_KEY_SECRET: 'too short',
    SEED_DEMO_DATA: 'demo',
    DATABASE_URL: 'mysql://root:hunter2@db/users',
  });
  expect(await endOf(process)).toEqual({
    code: 1,
    stderr: `users: The environment has 5 faults:
  PORT: "http" is not an integer from 0 to 65535
  DATABASE_URL: is not a postgresql:// URL
  GATEWAY_JWKS: is required
  SEED_DEMO_DATA: is refused while NODE_ENV is production
  SIGNING_KEY_SECRET: needs at least 32 characters
`,
  });
});

it('starts over after kill -9 in the middle of seeding, serves, and stops with 0 on SIGINT', async () => {
  await using place = await openPlace();
  const killed = start({ ...place.env, SEED_DEMO_DATA: 'large' });
  expect(await lineOf(killed, 'progress', 'seeding users')).toMatchObject({ done: 5_000, total: 100_000 });
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  await using running = disposable(start({ ...place.env, SEED_DEMO_DATA: 'demo' }));
  const { url } = await lineOf(running.process, 'ready');
  expect(await countUsers(String(url))).toBe(1_000);
  running.process.kill('SIGINT');
  expect(await once(running.process, 'exit')).toEqual([0, null]);
});

it('does not start with another SIGNING_KEY_SECRET than its keys were sealed under, and says so in one line', async () => {
  await using place = await openPlace();
  await using first = disposable(start({ ...place.env, SIGNING_KEY_SECRET: 'a'.repeat(32) }));
  await lineOf(first.process, 'ready');
  first.process.kill('SIGTERM');
  await once(first.process, 'exit');

  expect(await endOf(start({ ...place.env, SIGNING_KEY_SECRET: 'b'.repeat(32) }))).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^users: SIGNING_KEY_SECRET does not open signing key [\w-]{43}: this database's keys were sealed under another secret\n$/,
    ),
  });
});

function start(env: Readonly<Record<string, string>>): ChildProcess {
  // Only these variables: those of the machine must not decide. The channel ends it with this process.
  return spawn(process.execPath, [MAIN], {
    env: { OTEL_SDK_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** A database that outlives a process: a directory, or a database on the server that TEST_DATABASE_URL names. */
async function openPlace() {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'tributary-users-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const onServer = (process.env.TEST_DATABASE_URL ?? '') !== '';
  const database = onServer ? stack.use(await openUsersDatabase()) : undefined;
  const owned = stack.move();
  return {
    env: {
      GATEWAY_JWKS: JSON.stringify(identity.keys.publicJwks),
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_DIRECTORY: join(directory, 'users'),
      DATABASE_URL: database?.url ?? '',
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function disposable(process: ChildProcess) {
  return { process, [Symbol.asyncDispose]: async () => void process.kill('SIGKILL') };
}

async function endOf(process: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  const stderr = process.stderr === null ? '' : text(process.stderr);
  const [code] = await once(process, 'exit');
  return { code, stderr: await stderr };
}

/** The first log line with this message (and step). */
async function lineOf(process: ChildProcess, msg: string, step?: string): Promise<Record<string, unknown>> {
  if (process.stdout === null) throw new Error('stdout is a pipe');
  for await (const line of createInterface({ input: process.stdout })) {
    const entry: Record<string, unknown> = JSON.parse(line);
    if (entry.msg === msg && entry.step === step) return entry;
  }
  throw new Error(`The process ended without "${msg}"`);
}

async function countUsers(url: string): Promise<number> {
  let count = 0;
  let after: string | null = null;
  do {
    const { data }: { data: Users | null } = await postAs<Users>(
      url,
      identity.signer,
      signedIn('support-1', 'support'),
      { query: USERS, variables: { after } },
      { audience: 'users' },
    );
    count += data?.users.edges.length ?? 0;
    after = data?.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
  } while (after !== null);
  return count;
}

const USERS = `query ($after: String) {
  users(first: 100, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } }
}`;

interface Users {
  readonly users: {
    readonly edges: readonly unknown[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
