import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Failure, SlowRequest } from './domain/canary/blame.ts';
import {
  type CanaryDecision,
  type CanaryWatchOptions,
  lookAtCanary,
  watchCanaries,
} from './operations/canary-watch.ts';
import { REGISTRY_ACTOR, transition } from './operations/release-life.ts';
import { forgetWatches, readWatch } from './store/canaries.ts';
import { lockEnvironment } from './store/environments.ts';
import { beginCanaryFixture, HOME, type Report } from './testing/canary-fixture.ts';
import { openRegistryDatabase } from './testing.ts';

type Database = Awaited<ReturnType<typeof openRegistryDatabase>>;
let database: Database;

beforeAll(async () => {
  database = await openRegistryDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('takes a canary that does no harm through its steps, and writes when it had which', async () => {
  await using canary = await beginCanary();
  const decisions: (CanaryDecision | undefined)[] = [];
  for (const share of [1, 10, 50]) {
    for (let report = 0; report < 4; report++) {
      await canary.report({ share, live: [980, 1], canary: [40, 0] });
      decisions.push(await canary.look());
    }
  }
  expect(decisions.filter((decision) => decision !== undefined)).toEqual([
    { environment: canary.environment, release: 2, share: 1, kind: 'step' },
    { environment: canary.environment, release: 2, share: 10, kind: 'step' },
    { environment: canary.environment, release: 2, share: 50, kind: 'complete' },
  ]);
  expect(await canary.states()).toEqual(['superseded', 'live']);
  expect(canary.woken).toHaveLength(3);
  const steps = await database.db
    .selectFrom('canary_step')
    .select('share')
    .where('environment', '=', canary.environment)
    .orderBy('at')
    .execute();
  expect(steps.map(({ share }) => share)).toEqual([1, 10, 50]);
});

it('takes a harmful one back, and names operation, coordinate, subgraph, commit and three requests', async () => {
  await using canary = await beginCanary();
  const traceIds = ['1', '2', '3'].map((digit) => digit.repeat(32));
  const failures: Failure[] = [
    { coordinate: 'Query.search', subgraph: 'users', code: 'TIMEOUT', count: 2, traceIds: ['f'.repeat(32)] },
    { coordinate: 'User.orders', subgraph: 'orders', code: 'INTERNAL', count: 12, traceIds },
  ];
  let decision: CanaryDecision | undefined;
  for (let report = 0; report < 8 && decision === undefined; report++) {
    await canary.report({ share: 1, live: [980, 1], canary: [20, 5], failures });
    decision = await canary.look();
  }
  expect(decision).toMatchObject({ kind: 'roll-back', share: 1 });
  expect(await canary.states()).toEqual(['live', 'rolled-back']);
  const report = await canary.reportOf(2);
  expect(report).toMatchObject({
    reason: 'harm',
    test: 'errors',
    share: 1,
    operation: { hash: HOME, name: 'Home' },
    coordinate: 'User.orders',
    code: 'INTERNAL',
    subgraph: 'orders',
    commit: 'c0ffee1',
    changed: { subgraph: 'orders', commit: 'c0ffee1' },
    traceIds,
  });
  expect(report?.summary).toContain('failed with this release');
  expect(await canary.look()).toBeUndefined();
});

it('takes one back that is slow and does not fail, and names coordinate, subgraph, commit and three requests', async () => {
  await using canary = await beginCanary({ share: 50 });
  const place = { subgraph: 'orders', coordinate: 'User.orders' };
  const traceIds = ['1', '2', '3'].map((digit) => digit.repeat(32));
  const slowest: SlowRequest[] = traceIds.map((traceId, index) => ({ ...place, traceId, ms: 70 - index }));
  let decision: CanaryDecision | undefined;
  for (let report = 0; report < 10 && decision === undefined; report++) {
    await canary.report({ share: 50, live: [100, 0], canary: [100, 0], buckets: [20, 32], slowest });
    decision = await canary.look();
  }
  expect(decision).toMatchObject({ kind: 'roll-back' });
  const report = await canary.reportOf(2);
  expect(report).toMatchObject({
    test: expect.stringMatching(/^slowest/),
    operation: { name: 'Home' },
    ...place,
    code: null,
    commit: 'c0ffee1',
    revision: expect.stringMatching(/^[0-9a-f]{64}$/),
    traceIds,
  });
  expect(report?.slowFromMs?.canary).toBeLessThan(70);
});

it('names what a slow one changed where gateways do not tell which requests were slow', async () => {
  await using canary = await beginCanary({ share: 50 });
  let decision: CanaryDecision | undefined;
  for (let report = 0; report < 10 && decision === undefined; report++) {
    await canary.report({ share: 50, live: [100, 0], canary: [100, 0], buckets: [20, 28] });
    decision = await canary.look();
  }
  expect(decision).toMatchObject({ kind: 'roll-back', summary: expect.stringContaining('took longer than') });
  expect(await canary.reportOf(2)).toMatchObject({
    test: expect.stringMatching(/^slowest/),
    operation: { name: 'Home' },
    coordinate: null,
    subgraph: 'orders',
    commit: 'c0ffee1',
  });
});

it('holds on too little data, and says once that somebody has to decide', async () => {
  await using canary = await beginCanary();
  const settings = { ...SETTINGS, holdSeconds: 0 };
  await canary.report({ share: 1, live: [500, 0], canary: [5, 0] });
  expect(await canary.look({ settings })).toMatchObject({ kind: 'undecided' });
  expect(await canary.look({ settings })).toBeUndefined();
  expect(await canary.states()).toEqual(['live', 'canary']);
  expect((await readWatch(database.db, canary.environment, 2))?.status).toMatchObject({
    share: 1,
    nextShare: 10,
    hold: 'too-little-data',
    undecided: true,
    canary: { requests: 5, bad: 0 },
  });
  expect(canary.woken).toEqual([]);
});

it('holds while no gateway has told anything', async () => {
  await using canary = await beginCanary();
  expect(await canary.look()).toBeUndefined();
  expect((await readWatch(database.db, canary.environment, 2))?.status.hold).toBe('nothing-reported');
});

it('takes back what nobody decided about, where it is told to', async () => {
  await using canary = await beginCanary();
  await canary.report({ share: 1, live: [500, 0], canary: [5, 0] });
  const settings = { ...SETTINGS, holdSeconds: 0, whenUndecided: 'roll-back' } as const;
  expect(await canary.look({ settings })).toMatchObject({ kind: 'roll-back' });
  expect(await canary.reportOf(2)).toMatchObject({
    reason: 'undecided',
    operation: null,
    subgraph: 'orders',
  });
});

it('decides once, however many registries look at the same time', async () => {
  await using canary = await beginCanary();
  for (let report = 0; report < 6; report++) {
    await canary.report({ share: 1, live: [980, 0], canary: [20, 10] });
    await Promise.all([1, 2, 3].map(() => canary.look({ lookSeconds: 60 })));
    await canary.letTimePass(61);
  }
  const { length } = await database.db
    .selectFrom('audit')
    .select('id')
    .where('environment', '=', canary.environment)
    .where('action', '=', 'release.rollback')
    .execute();
  expect(length).toBe(1);
});

it('takes reports that come within seconds as one look: a burst of retries is not three signs', async () => {
  await using canary = await beginCanary();
  await canary.report({ share: 1, live: [980, 0], canary: [20, 0] });
  await canary.look({ lookSeconds: 60 });
  for (let report = 0; report < 6; report++) {
    await canary.report({ share: 1, live: [98, 0], canary: [5, 5] });
    await canary.look({ lookSeconds: 60 });
  }
  expect(await canary.states()).toEqual(['live', 'canary']);
  await canary.letTimePass(61);
  await canary.look({ lookSeconds: 60 });
  expect(await canary.states()).toEqual(['live', 'canary']);
});

it('looks and decides nothing where people do', async () => {
  await using canary = await beginCanary();
  for (let report = 0; report < 6; report++) {
    await canary.report({ share: 1, live: [980, 0], canary: [20, 10] });
    expect(await canary.look({ decides: false })).toBeUndefined();
  }
  expect(await canary.states()).toEqual(['live', 'canary']);
  expect((await readWatch(database.db, canary.environment, 2))?.status.suspicion).toBe(1);
});

it('leaves alone what somebody has taken back by hand', async () => {
  await using canary = await beginCanary();
  await canary.report({ share: 1, live: [980, 0], canary: [20, 10] });
  await database.db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, canary.environment);
    const change = { environment: canary.environment, number: 2, event: 'harmed' } as const;
    await transition(transaction, { ...change, actor: REGISTRY_ACTOR, at: new Date() });
  });
  expect(await canary.look()).toBeUndefined();
});

it('forgets what it saw of canaries that have ended, and keeps how they did', async () => {
  await using canary = await beginCanary();
  await canary.report({ share: 1, live: [980, 0], canary: [20, 0] });
  await canary.look();
  await forgetWatches(database.db);
  expect((await readWatch(database.db, canary.environment, 2))?.watch).not.toBeNull();
  await canary.end();
  await forgetWatches(database.db);
  const known = await readWatch(database.db, canary.environment, 2);
  expect(known).toMatchObject({ watch: null, status: { share: 1 } });
});

it('looks by itself, goes on after a failure of the database, and stops when it is told to', async () => {
  await using canary = await beginCanary();
  const failed = Promise.withResolvers<unknown>();
  const decided = Promise.withResolvers<CanaryDecision>();
  await sql`alter table canary_watch rename to canary_watch_away`.execute(database.db);
  await using _watch = watchCanaries({
    ...canary.options,
    intervalMs: 5,
    onError: failed.resolve,
    onDecision: decided.resolve,
  });
  expect(await failed.promise).toMatchObject({ message: expect.stringContaining('canary_watch') });
  await canary.report({ share: 1, live: [980, 0], canary: [200, 0] });
  await sql`alter table canary_watch_away rename to canary_watch`.execute(database.db);
  const first = await Promise.race([
    decided.promise,
    canary.keepReporting({ share: 1, live: [980, 0], canary: [40, 0] }),
  ]);
  expect(first).toMatchObject({ kind: 'step', environment: canary.environment });
});

const SETTINGS = { steps: [1, 10, 50], leastSeconds: 0, holdSeconds: 3_600, whenUndecided: 'hold' } as const;

/** In which release 1 is live and release 2, another revision of orders, is a canary. */
async function beginCanary({ share = 1 } = {}) {
  const fixture = await beginCanaryFixture(database.db, { share });
  const woken: string[] = [];
  const options: CanaryWatchOptions = {
    db: database.db,
    settings: SETTINGS,
    now: () => new Date(),
    lookSeconds: 0,
    onRelease: (environment) => woken.push(environment),
    onError: (error) => {
      throw error;
    },
  };
  return {
    ...fixture,
    options,
    woken,
    look: (more: Partial<CanaryWatchOptions> = {}) =>
      lookAtCanary({ ...options, ...more }, fixture.environment),
    async keepReporting(more: Report): Promise<never> {
      for (;;) {
        await fixture.report(more);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
