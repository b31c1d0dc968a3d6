import { openTestPlace } from '@tributary/database/testing';
import { testIdentity } from '@tributary/identity/testing';
import { startTestProcess } from '@tributary/lifecycle/testing';
import { postAs, signedIn } from '@tributary/subgraph/testing';
import { expect, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url);
const identity = await testIdentity({ audience: 'users' });
const KEYS_AND_PORTS = { GATEWAY_JWKS: JSON.stringify(identity.keys.publicJwks), PORT: '0', ADMIN_PORT: '0' };

it('names every fault of its environment at once, and shows no secret', async () => {
  await using users = startTestProcess(MAIN, {
    PORT: 'http',
    NODE_ENV: 'production',
    SIGNING_KEY_SECRET: 'too short',
    SEED_DEMO_DATA: 'demo',
    DATABASE_URL: 'mysql://root:hunter2@db/users',
  });
  expect(await users.end).toEqual({
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
  await using place = await openTestPlace();
  const env = { ...KEYS_AND_PORTS, ...place.env };
  {
    await using killed = startTestProcess(MAIN, { ...env, SEED_DEMO_DATA: 'large' });
    const progress = await killed.logged({ msg: 'progress', step: 'seeding users' });
    expect(progress).toMatchObject({ done: 5_000, total: 100_000 });
  }
  await using running = startTestProcess(MAIN, { ...env, SEED_DEMO_DATA: 'demo' });
  const { url } = await running.logged({ msg: 'ready' });
  expect(await countUsers(String(url))).toBe(1_000);
  running.kill('SIGINT');
  expect(await running.end).toEqual({ code: 0, stderr: '' });
});

it('does not start with another SIGNING_KEY_SECRET than its keys were sealed under, and says so in one line', async () => {
  await using place = await openTestPlace();
  const env = { ...KEYS_AND_PORTS, ...place.env };
  {
    await using first = startTestProcess(MAIN, { ...env, SIGNING_KEY_SECRET: 'a'.repeat(32) });
    await first.logged({ msg: 'ready' });
    first.kill('SIGTERM');
    await first.end;
  }
  await using second = startTestProcess(MAIN, { ...env, SIGNING_KEY_SECRET: 'b'.repeat(32) });
  expect(await second.end).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^users: SIGNING_KEY_SECRET does not open signing key [\w-]{43}: this database's keys were sealed under another secret\n$/,
    ),
  });
});

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
