import { randomBytes, randomUUID } from 'node:crypto';
import { LATENCY_BUCKETS } from '@tributary/supergraph-delivery';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RollbackReport } from './contract/canary.ts';
import type { Failure } from './domain/canary/blame.ts';
import {
  type CanaryDecision,
  type CanaryWatchOptions,
  lookAtCanary,
  watchCanaries,
} from './operations/canary-watch.ts';
import { REGISTRY_ACTOR, transition } from './operations/release-life.ts';
import { forgetWatches, readWatch } from './store/canaries.ts';
import { addEnvironments, lockEnvironment } from './store/environments.ts';
import { openRegistryDatabase } from './testing.ts';

type Database = Awaited<ReturnType<typeof openRegistryDatabase>>;
let database: Database;

beforeAll(async () => {
  database = await openRegistryDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const HOME = 'a'.repeat(64);

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
  expect(canary.woken).toBe(3);
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

it('takes one back that is slow and does not fail, and names what it changed', async () => {
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
  expect(canary.woken).toBe(0);
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

interface Report {
  readonly share: number;
  /** Requests, and failures among them. */
  readonly live: readonly [number, number];
  readonly canary: readonly [number, number];
  readonly failures?: readonly Failure[];
  /** Of the time that requests take, in each arm. */
  readonly buckets?: readonly [number, number];
}

/** An environment of its own in which release 1 is live and release 2, another revision of orders, is a canary. */
async function beginCanary({ share = 1 } = {}) {
  const { db } = database;
  const environment = `test-${randomBytes(6).toString('hex')}`;
  const at = new Date();
  await addEnvironments(db, [environment], at);
  await db.updateTable('environment').set({ releases: 2 }).where('name', '=', environment).execute();
  for (const [number, state, commit] of [
    [1, 'live', 'c0ffee0'],
    [2, 'canary', 'c0ffee1'],
  ] as const) {
    const composition = randomBytes(32).toString('hex');
    const revision = randomUUID();
    await db
      .insertInto('composition')
      .values({ digest: composition, supergraph_sdl: '', api_sdl: '', hints: '[]', created_at: at })
      .execute();
    await db
      .insertInto('revision')
      .values({
        id: revision,
        subgraph: 'orders',
        digest: randomBytes(32).toString('hex'),
        sdl: '',
        routing_url: '',
        commit_id: commit,
        author: 'test',
        created_at: at,
      })
      .execute();
    await db
      .insertInto('release')
      .values({
        environment,
        number,
        composition,
        state,
        cause: 'publish',
        subgraph: 'orders',
        revision,
        share: state === 'canary' ? share : 0,
        rollout_notes: null,
        rollback_notes: null,
        created_at: at,
        ...(state === 'live' && { live_sequence: 1n }),
      })
      .execute();
    await db
      .insertInto('release_member')
      .values({ environment, number, subgraph: 'orders', revision })
      .execute();
  }
  let woken = 0;
  const options: CanaryWatchOptions = {
    db,
    settings: SETTINGS,
    now: () => new Date(),
    lookSeconds: 0,
    onRelease: () => woken++,
    onError: (error) => {
      throw error;
    },
  };
  const end = async () => {
    await db
      .updateTable('release')
      .set({ state: 'refused' })
      .where('environment', '=', environment)
      .where('state', '=', 'canary')
      .execute();
  };
  const report = (more: Report) => addReport(environment, more);
  return {
    environment,
    options,
    report,
    end,
    [Symbol.asyncDispose]: end,
    get woken() {
      return woken;
    },
    look: (more: Partial<CanaryWatchOptions> = {}) => lookAtCanary({ ...options, ...more }, environment),
    async keepReporting(more: Report): Promise<never> {
      for (;;) {
        await report(more);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async letTimePass(seconds: number) {
      await sql`update canary_watch set looked_at = looked_at - make_interval(secs => ${seconds})
        where environment = ${environment}`.execute(db);
    },
    async states() {
      const rows = await db
        .selectFrom('release')
        .select('state')
        .where('environment', '=', environment)
        .orderBy('number')
        .execute();
      return rows.map(({ state }) => state);
    },
    async reportOf(number: number): Promise<RollbackReport | undefined> {
      const row = await db
        .selectFrom('release')
        .select('report')
        .where('environment', '=', environment)
        .where('number', '=', number)
        .executeTakeFirst();
      // The column is for reports of every kind of end.
      return (row?.report ?? undefined) as RollbackReport | undefined;
    },
  };
}

async function addReport(environment: string, report: Report): Promise<void> {
  const { share, failures = [], buckets = [20, 20] } = report;
  for (const [index, arm] of (['live', 'canary'] as const).entries()) {
    const [requests, errors] = report[arm];
    const latency = Array.from({ length: LATENCY_BUCKETS }, (_, bucket) =>
      bucket === buckets[index] ? requests : 0,
    );
    await sql`
      insert into arm_operation (environment, release, share, arm, operation, name, requests, errors, latency, failures)
      values (${environment}, 2, ${share}, ${arm}, ${HOME}, 'Home', ${requests}, ${errors}, ${latency}::bigint[],
        ${JSON.stringify(arm === 'canary' ? failures : [])}::jsonb)
      on conflict (environment, release, share, arm, operation) do update set
        requests = arm_operation.requests + excluded.requests,
        errors = arm_operation.errors + excluded.errors,
        latency = (select array_agg(a + b order by at) from unnest(arm_operation.latency, excluded.latency)
          with ordinality as both_of(a, b, at))`.execute(database.db);
  }
}
