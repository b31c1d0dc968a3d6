import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReleaseList, ReleaseStatus, RetirementStatus } from './contract/releases.ts';
import { addEnvironments } from './store/environments.ts';
import {
  LINK,
  startTestRegistry,
  type TestEnvironment,
  type TestRegistry,
  testEnvironment,
} from './testing.ts';

const CANARY = 'canary';
const FIELDS = { a: 'type Query { a: Int }', ab: 'type Query { a: Int b: Int }' };

let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry({
    releases: { canaryEnvironments: [CANARY, 'production'], canarySteps: [5, 25] },
    pollMs: 50,
  });
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
});
afterAll(() => registry[Symbol.asyncDispose]());

async function digestOf(subgraph: string): Promise<string> {
  const member = (await environment.list()).subgraphs.find(({ name }) => name === subgraph);
  return member?.revision ?? 'there is no such subgraph';
}
function attest(replica: string, digest: string, { subgraph = 'users', method = 'POST', token = '' } = {}) {
  const body = { subgraph, replica, digest };
  return registry.send(method, `${environment.path}/attestations`, body, token === '' ? {} : { token });
}
async function releases(path = environment.path): Promise<ReleaseList> {
  return (await registry.send<ReleaseList>('GET', `${path}/releases`)).body;
}
/** `2 waiting 1/2`, the newest first. */
async function states(path = environment.path): Promise<readonly string[]> {
  return (await releases(path)).releases.map(({ release, state, share, attestation }) => {
    const waits = attestation?.map(({ attesting, replicas }) => ` ${attesting}/${replicas}`) ?? [];
    return `${release} ${state}${state === 'canary' ? ` ${share} %` : ''}${waits.join('')}`;
  });
}
function act(
  release: number | 'current',
  verb: 'promote' | 'rollback',
  body: object = {},
  path = environment.path,
) {
  return registry.send('POST', `${path}/releases/${release}/${verb}`, body);
}
/** The digest of a revision, known before it is published: from another environment. */
async function digestBefore(sdl: string): Promise<string> {
  const other = await registry.newEnvironment();
  return (await other.publish<{ revision: string }>('users', sdl)).body.revision;
}
/** In the lease table as gateways report themselves. */
async function gateway(name: string, serves: readonly string[], secondsAgo = 0): Promise<void> {
  const seen = { serves: [...serves], seen_at: new Date(Date.now() - secondsAgo * 1_000), report: 1n };
  await registry.database.db
    .insertInto('gateway_lease')
    .values({ environment: environment.name, gateway: name, ...seen })
    .onConflict((conflict) => conflict.columns(['environment', 'gateway']).doUpdateSet(seen))
    .execute();
}

describe('an attested release', () => {
  it('goes live at once while no replica has ever attested', async () => {
    expect((await environment.publish('users', FIELDS.a)).body).toMatchObject({ state: 'live' });
  });

  it('waits until every live replica serves its revision', async () => {
    await environment.publish('users', FIELDS.a);
    const old = await digestOf('users');
    await attest('r1', old);
    await attest('r2', old);
    const live = (await environment.supergraph()).headers.get('etag') ?? '';
    const published = await environment.publish('users', FIELDS.ab);
    expect(published).toMatchObject({ status: 201, body: { release: 2, state: 'waiting' } });
    expect(await states()).toEqual(['2 waiting 0/2', '1 live']);

    const wanted = await digestOf('users');
    await attest('r1', wanted);
    expect(await states()).toEqual(['2 waiting 1/2', '1 live']);
    const waiting = environment.supergraph({ 'if-none-match': live }, '?wait=20');
    await attest('r2', wanted);
    expect((await waiting).body).toContain('b: Int');
    expect(await states()).toEqual(['2 live', '1 superseded']);
  });

  it('goes live with its publish when the replicas came first', async () => {
    await environment.publish('users', FIELDS.a);
    await attest('r1', await digestBefore(FIELDS.ab));
    expect((await environment.publish('users', FIELDS.ab)).body).toMatchObject({ state: 'live' });
  });

  it('does not wait for a replica that stops, or whose lease ends', async () => {
    await environment.publish('users', FIELDS.a);
    for (const replica of ['stops', 'dies', 'serves']) await attest(replica, await digestOf('users'));
    await environment.publish('users', FIELDS.ab);
    await attest('serves', await digestOf('users'));
    await attest('stops', await digestOf('users'), { method: 'DELETE' });
    expect(await states()).toEqual(['2 waiting 1/2', '1 live']);
    await registry.database.db
      .updateTable('attestation')
      .set({ seen_at: new Date(Date.now() - 60_000) })
      .where('environment', '=', environment.name)
      .where('replica', '=', 'dies')
      .execute();
    await vi.waitFor(async () => expect(await states()).toEqual(['2 live', '1 superseded']), 5_000);
  });

  it('waits while no replica lives, and for its own subgraphs only', async () => {
    await environment.publish('users', FIELDS.a);
    await attest('r1', await digestOf('users'));
    await attest('r1', await digestOf('users'), { method: 'DELETE' });
    expect((await environment.publish('orders', 'type Query { o: Int }')).body).toMatchObject({
      state: 'live',
    });
    await environment.publish('users', FIELDS.ab);
    expect(await states()).toEqual(['3 waiting 0/0', '2 live', '1 superseded']);
    await act(3, 'promote', { force: true });
    expect(await states()).toEqual(['3 live', '2 superseded', '1 superseded']);
  });

  it('goes on as the newest that is attested; older ones are superseded, newer ones wait on', async () => {
    await environment.publish('users', FIELDS.a);
    await attest('r1', await digestOf('users'));
    await environment.publish('users', FIELDS.ab);
    await environment.publish('users', 'type Query { a: Int b: Int c: Int }');
    const third = await digestOf('users');
    await environment.publish('users', 'type Query { a: Int b: Int c: Int d: Int }');
    await attest('r1', third);
    expect(await states()).toEqual(['4 waiting 0/1', '3 live', '2 superseded', '1 superseded']);
  });

  it.each(['off', 'required'] as const)('with ATTESTATION=%s', async (attestation) => {
    await using other = await startTestRegistry({ releases: { attestation }, database: registry.database });
    const path = `${environment.path}/subgraphs/users/revisions`;
    const publish = (sdl: string) =>
      other.send<{ revision: string }>('POST', path, { sdl, routingUrl: 'http://users.test' });
    const first = await publish(FIELDS.a);
    expect(first.body).toMatchObject({ state: attestation === 'off' ? 'live' : 'waiting' });
    await attest('r1', first.body.revision);
    await publish(FIELDS.ab);
    await vi.waitFor(async () => {
      expect(await states()).toEqual(
        attestation === 'off' ? ['2 live', '1 superseded'] : ['2 waiting 0/1', '1 live'],
      );
    }, 5_000);
  });

  it('takes no attestation from strangers, of other subgraphs, or malformed', async () => {
    const token = await registry.newToken('subgraph', { subgraphs: ['users'] });
    const digest = 'a'.repeat(64);
    expect(await attest('r1', digest, { token })).toMatchObject({ status: 200, body: { leaseSeconds: 15 } });
    expect(await attest('r1', digest, { token, subgraph: 'orders' })).toMatchObject({ status: 403 });
    expect(await attest('r1', digest, { token: await registry.newToken('publisher') })).toMatchObject({
      status: 403,
    });
    expect(await attest('r 1', digest)).toMatchObject({ status: 400 });
    expect(await attest('r1', 'sdl')).toMatchObject({ status: 400 });
    const elsewhere = { subgraph: 'users', replica: 'r1', digest };
    const nowhere = await registry.send('POST', '/v1/environments/nowhere/attestations', elsewhere);
    expect(nowhere).toMatchObject({ status: 404 });
  });
});

describe('a canary', () => {
  let canary: TestEnvironment;
  beforeEach(async () => {
    // Its name is in the policy, so the tests share it.
    await addEnvironments(registry.database.db, [CANARY], new Date());
    canary = testEnvironment(CANARY, registry.send);
    environment = canary;
  });
  let part = 0;
  const next = () => `type Query { a: Int x${part++}: Int }`;

  it('takes its first share when it is attested, then each next one, then all', async () => {
    await canary.publish('users', next());
    const before = await releases();
    expect((await canary.publish('users', next())).body).toMatchObject({ state: 'canary' });
    expect((await states())[0]).toMatch(/canary 5 %$/);
    expect(await act('current', 'promote')).toMatchObject({
      status: 200,
      body: { state: 'canary', share: 25 },
    });
    expect(await act('current', 'promote')).toMatchObject({ status: 200, body: { state: 'live' } });
    const after = await releases();
    expect(after.sequence).toBe(before.sequence + 3);
    expect(after).toMatchObject({ live: (before.live ?? 0) + 1, canary: null });
    expect(await act('current', 'promote')).toMatchObject({ status: 404 });
  });

  it('gives its share back, and takes waiting releases with it that build on it, but not a fix', async () => {
    const before = (await releases()).live;
    const harm = (await canary.publish<{ release: number }>('users', next())).body.release;
    await canary.publish('orders', `type Query { o${part++}: Int }`);
    const fix = (await canary.publish<{ release: number }>('users', next())).body.release;
    expect((await states()).slice(0, 3)).toEqual([
      `${fix} waiting 0/0 0/0`,
      `${harm + 1} waiting 0/0 0/0`,
      `${harm} canary 5 %`,
    ]);
    // The fix still has the other's change, which is not what harmed.
    expect(await act(harm, 'rollback', { reason: 'slow' })).toMatchObject({
      body: { changed: true, state: 'rolled-back', live: before, givenUp: [harm + 1] },
    });
    await vi.waitFor(async () => expect((await releases()).canary).toBe(fix), 5_000);
    expect((await registry.send<ReleaseStatus>('GET', `${canary.path}/releases/${harm}`)).body).toMatchObject(
      {
        state: 'rolled-back',
        report: { reason: 'by-hand', message: 'slow', by: 'first admin' },
      },
    );
    expect(await act(harm, 'rollback')).toMatchObject({ status: 200, body: { changed: false } });
    await act('current', 'rollback');
    expect((await canary.list()).release).toBe(before);
  });

  it('has another salt each time, so that it is not always the same users', async () => {
    const salts = new Set<string>();
    for (let round = 0; round < 3; round++) {
      await canary.publish('users', next());
      const { salt } = await registry.database.db
        .selectFrom('environment')
        .select('salt')
        .where('name', '=', CANARY)
        .executeTakeFirstOrThrow();
      salts.add(salt);
      await act('current', 'rollback');
    }
    expect(salts.size).toBe(3);
  });
});

describe('a rollback', () => {
  it('brings back what was live before, as it was composed then, and goes on back', async () => {
    const digests: string[] = [];
    for (const sdl of [FIELDS.a, FIELDS.ab, 'type Query { a: Int b: Int c: Int }']) {
      digests.push(
        (await environment.publish<{ composition: string }>('users', sdl, { rollbackNotes: 'switch off' }))
          .body.composition,
      );
    }
    const compositions = () => registry.database.db.selectFrom('composition').select('digest').execute();
    const before = await compositions();
    expect(await act('current', 'rollback')).toMatchObject({
      body: { release: 3, state: 'rolled-back', live: 2, rollbackNotes: 'switch off' },
    });
    expect((await environment.supergraph()).headers.get('etag')).toBe(`"${digests[1]}"`);
    expect(await act('current', 'rollback')).toMatchObject({ body: { release: 2, live: 1 } });
    expect(await states()).toEqual(['3 rolled-back', '2 rolled-back', '1 live']);
    expect(await act('current', 'rollback')).toMatchObject({
      status: 409,
      body: { error: { code: 'RELEASE_CONFLICT' } },
    });
    expect(await compositions()).toEqual(before);
    // The same again is a new release, not the old one.
    expect((await environment.publish('users', FIELDS.ab)).body).toMatchObject({
      release: 4,
      state: 'live',
      composition: digests[1],
    });
    expect(await act(4, 'rollback')).toMatchObject({ body: { live: 1 } });
  });

  it('says how many gateways serve what went back, and who has not told yet', async () => {
    const composed = (await environment.publish<{ composition: string }>('users', FIELDS.a)).body.composition;
    const bad = (await environment.publish<{ composition: string }>('users', FIELDS.ab)).body.composition;
    await gateway('g1', [bad]);
    await gateway('g2', [bad, composed]);
    await gateway('g3', [bad], 60);
    await act('current', 'rollback');
    const status = async () =>
      (await registry.send<ReleaseStatus>('GET', `${environment.path}/releases/2`)).body.gateways;
    expect(await status()).toEqual({ seen: 2, serving: 2, silent: 2, lost: 1 });
    await gateway('g1', [composed], -1);
    await gateway('g2', [composed], -1);
    expect(await status()).toEqual({ seen: 2, serving: 0, silent: 0, lost: 1 });
  });
});

describe('a promotion', () => {
  it('gives another environment the same composition and composes nothing', async () => {
    await environment.publish('users', FIELDS.a, { rolloutNotes: 'after the backfill' });
    const digest = (await environment.publish<{ composition: string }>('users', FIELDS.ab)).body.composition;
    const to = await registry.newEnvironment();
    const answer = await act('current', 'promote', { to: to.name, rolloutNotes: 'now' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        changed: true,
        environment: to.name,
        release: 1,
        state: 'live',
        composition: digest,
        rolloutNotes: 'now',
      },
    });
    expect((await to.supergraph()).body).toBe((await environment.supergraph()).body);
    expect(await act('current', 'promote', { to: to.name })).toMatchObject({
      status: 200,
      body: { changed: false },
    });
    expect(await act(1, 'promote', { to: to.name, expectBase: 'none' })).toMatchObject({ status: 409 });
    expect(await act(1, 'promote', { to: to.name, expectBase: digest })).toMatchObject({
      status: 201,
      body: { release: 2 },
    });
    expect(await act('current', 'promote', { to: 'nowhere' })).toMatchObject({ status: 404 });
  });

  it('is for what has been live only', async () => {
    await environment.publish('users', FIELDS.a);
    await attest('r1', await digestOf('users'));
    await environment.publish('users', FIELDS.ab);
    const to = await registry.newEnvironment();
    expect(await act(2, 'promote', { to: to.name })).toMatchObject({
      status: 409,
      body: { error: { code: 'RELEASE_CONFLICT' } },
    });
    expect(await act(2, 'promote')).toMatchObject({ status: 409 });
  });
});

describe('who may move a release', () => {
  it('is an admin, or a publisher of what it changed', async () => {
    await environment.publish('users', FIELDS.a);
    await environment.publish('users', FIELDS.ab);
    const path = `${environment.path}/releases/current/rollback`;
    const as = async (role: 'reader' | 'publisher', subgraphs?: string[]) =>
      registry.send('POST', path, {}, { token: await registry.newToken(role, subgraphs && { subgraphs }) });
    expect(await as('reader')).toMatchObject({ status: 403 });
    expect(await as('publisher', ['orders'])).toMatchObject({ status: 403 });
    expect(await as('publisher', ['users'])).toMatchObject({ status: 200 });
  });
});

describe('a subgraph is safe to retire', () => {
  const retirement = async (query = '') =>
    (await registry.send<RetirementStatus>('GET', `${environment.path}/subgraphs/orders/retirement${query}`))
      .body;

  it('when no release has it and every gateway has left the last one that had', async () => {
    await environment.publish('users', FIELDS.a);
    const having = (await environment.publish<{ composition: string }>('orders', 'type Query { o: Int }'))
      .body.composition;
    await gateway('g1', [having]);
    await gateway('g2', [having]);
    expect(await retirement()).toMatchObject({
      safeToRetire: false,
      reasons: [expect.stringContaining('release 2, which is live'), expect.anything(), expect.anything()],
    });
    const without = (await environment.retire('orders')).body.composition as string;
    expect(await retirement()).toMatchObject({ safeToRetire: false, gateways: { seen: 2, using: 2 } });
    await gateway('g1', [without]);
    await gateway('g2', [without, having]);
    expect(await retirement()).toMatchObject({ safeToRetire: false, gateways: { using: 1 } });
    // It has lost the registry, and may serve on.
    await gateway('g2', [having], 100);
    expect(await retirement()).toMatchObject({
      safeToRetire: false,
      gateways: { seen: 1, using: 1, lost: 1 },
    });
    await gateway('g2', [without]);
    expect(await retirement()).toMatchObject({ safeToRetire: true, reasons: [], gateways: { using: 0 } });
  });

  it('revision by revision', async () => {
    const first = (
      await environment.publish<{ composition: string; revision: string }>(
        'orders',
        `${LINK}type Query { o: Int p: Int }`,
      )
    ).body;
    await gateway('g1', [first.composition]);
    const second = (
      await environment.publish<{ composition: string }>('orders', `${LINK}type Query { o: Int }`)
    ).body;
    expect(await retirement(`?revision=${first.revision}`)).toMatchObject({ safeToRetire: false });
    await gateway('g1', [second.composition]);
    expect(await retirement(`?revision=${first.revision}`)).toMatchObject({ safeToRetire: true });
  });
});
