import { openTestPlace } from '@tributary/database/testing';
import { demoOrders, demoUserId, LARGE_SCALE, MIA } from '@tributary/demo-data';
import { testIdentity } from '@tributary/identity/testing';
import { startTestProcess } from '@tributary/lifecycle/testing';
import { postAs, signedIn } from '@tributary/subgraph/testing';
import { describe, expect, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url);
const SEEDING = { msg: 'progress', step: 'seeding the points ledger' };
const identity = await testIdentity({ audience: 'loyalty', issuer: 'gateway' });
const jwks = JSON.stringify(identity.keys.publicJwks);
const KEYS_AND_PORTS = { GATEWAY_JWKS: jwks, ORDERS_JWKS: jwks, PORT: '0', ADMIN_PORT: '0' };

describe('the process', () => {
  it('names every fault of its environment at once, and shows no secret', async () => {
    await using loyalty = startTestProcess(MAIN, {
      PORT: 'http',
      NODE_ENV: 'production',
      SEED_DEMO_DATA: 'demo',
      DATABASE_URL: 'mysql://root:hunter2@db/loyalty',
      GATEWAY_JWKS: jwks,
    });
    expect(await loyalty.end).toEqual({
      code: 1,
      stderr: `loyalty: The environment has 4 faults:
  PORT: "http" is not an integer from 0 to 65535
  DATABASE_URL: is not a postgresql:// URL
  SEED_DEMO_DATA: is refused while NODE_ENV is production
  ORDERS_JWKS: is required
`,
    });
  });

  it('does not start with a registry that it has no token for', async () => {
    await using loyalty = startTestProcess(MAIN, { ...KEYS_AND_PORTS, REGISTRY_URL: 'http://127.0.0.1:9' });
    expect(await loyalty.end).toEqual({
      code: 1,
      stderr: `loyalty: The environment has 1 fault:
  REGISTRY_TOKEN: is required with REGISTRY_URL
`,
    });
  });

  it('has nothing of a seed that was killed halfway, and all of one that was not', {
    timeout: 90_000,
  }, async () => {
    await using place = await openTestPlace();
    {
      await using killed = startTestProcess(MAIN, {
        ...KEYS_AND_PORTS,
        ...place.env,
        SEED_DEMO_DATA: 'large',
      });
      await killed.logged(SEEDING);
    }
    {
      await using unseeded = startTestProcess(MAIN, { ...KEYS_AND_PORTS, ...place.env });
      const { url } = await unseeded.logged({ msg: 'ready' });
      expect(await readMiasHistory(String(url))).toBe(0);
      unseeded.kill('SIGTERM');
      expect(await unseeded.end).toEqual({ code: 0, stderr: '' });
    }
    await using seeded = startTestProcess(MAIN, { ...KEYS_AND_PORTS, ...place.env, SEED_DEMO_DATA: 'demo' });
    const { url } = await seeded.logged({ msg: 'ready' });
    expect(await readMiasHistory(String(url))).toBeGreaterThan(demoOrders(MIA, LARGE_SCALE).length);
    seeded.kill('SIGINT');
    expect(await seeded.end).toEqual({ code: 0, stderr: '' });
  });

  it('stops cleanly on Ctrl-C in the middle of the seed', async () => {
    await using place = await openTestPlace();
    await using loyalty = startTestProcess(MAIN, {
      ...KEYS_AND_PORTS,
      ...place.env,
      SEED_DEMO_DATA: 'large',
    });
    await loyalty.logged(SEEDING);
    loyalty.kill('SIGINT');
    expect(await loyalty.end).toEqual({ code: 0, stderr: '' });
  });
});

/** How many entries there are, at most 100. */
async function readMiasHistory(url: string): Promise<number> {
  const mia = demoUserId(MIA);
  const query = `query ($id: ID!) {
    _entities(representations: [{ __typename: "LoyaltyAccount", id: $id }]) {
      ... on LoyaltyAccount { history(first: 100) { edges { cursor } } }
    }
  }`;
  interface Answer {
    readonly _entities: readonly [{ readonly history: { readonly edges: readonly unknown[] } }];
  }
  const request = { query, variables: { id: mia } };
  const { data } = await postAs<Answer>(url, identity.signer, signedIn(mia), request, {
    audience: 'loyalty',
  });
  if (data === null) throw new Error('there is no answer');
  return data._entities[0].history.edges.length;
}
