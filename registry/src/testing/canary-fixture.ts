import { randomBytes, randomUUID } from 'node:crypto';
import { LATENCY_BUCKETS } from '@tributary/supergraph-delivery';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { RollbackReport } from '../contract/canary.ts';
import type { Failure, SlowRequest } from '../domain/canary/blame.ts';
import { addEnvironments } from '../store/environments.ts';
import type { Tables } from '../store/tables.ts';

export const HOME = 'a'.repeat(64);

export interface CanaryFixture extends AsyncDisposable {
  readonly environment: string;
  /** Adds what a gateway would report. */
  report(more: Report): Promise<void>;
  /** Ends it without a trace. */
  end(): Promise<void>;
  letTimePass(seconds: number): Promise<void>;
  /** By the number of the release. */
  states(): Promise<readonly string[]>;
  reportOf(number: number): Promise<RollbackReport | undefined>;
}

export interface Report {
  readonly share: number;
  /** Requests, and failures among them. */
  readonly live: readonly [number, number];
  readonly canary: readonly [number, number];
  readonly failures?: readonly Failure[];
  /** Of the canary. */
  readonly slowest?: readonly SlowRequest[];
  /** Of the time that requests take, in each arm. */
  readonly buckets?: readonly [number, number];
}

/** An environment of its own in which release 1 is live and release 2, another revision of orders, is a canary. */
export async function beginCanaryFixture(
  db: Kysely<Tables>,
  { share = 1, supergraph = '' } = {},
): Promise<CanaryFixture> {
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
      .values({ digest: composition, supergraph_sdl: supergraph, api_sdl: '', hints: '[]', created_at: at })
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
  const end = async () => {
    await db
      .updateTable('release')
      .set({ state: 'refused' })
      .where('environment', '=', environment)
      .where('state', '=', 'canary')
      .execute();
  };
  return {
    environment,
    report: (more) => addReport(db, environment, more),
    end,
    [Symbol.asyncDispose]: end,
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

// Private:

/** Both arms at once, as a gateway reports them: a look between the two would compare one arm's news with nothing. */
async function addReport(db: Kysely<Tables>, environment: string, report: Report): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const arm of ['live', 'canary'] as const) await addArm(transaction, environment, arm, report);
  });
}

async function addArm(
  transaction: Transaction<Tables>,
  environment: string,
  arm: 'live' | 'canary',
  report: Report,
): Promise<void> {
  const { share, failures = [], slowest = [], buckets: [live, canary] = [20, 20] } = report;
  const [requests, errors] = report[arm];
  const latency = Array.from({ length: LATENCY_BUCKETS }, (_, bucket) =>
    bucket === (arm === 'live' ? live : canary) ? requests : 0,
  );
  await sql`
    insert into arm_operation (environment, release, share, arm, operation, name, requests, errors, latency, failures, slowest)
    values (${environment}, 2, ${share}, ${arm}, ${HOME}, 'Home', ${requests}, ${errors}, ${latency}::bigint[],
      ${JSON.stringify(arm === 'canary' ? failures : [])}::jsonb, ${JSON.stringify(arm === 'canary' ? slowest : [])}::jsonb)
    on conflict (environment, release, share, arm, operation) do update set
      requests = arm_operation.requests + excluded.requests,
      errors = arm_operation.errors + excluded.errors,
      latency = (select array_agg(a + b order by at) from unnest(arm_operation.latency, excluded.latency)
        with ordinality as both_of(a, b, at))`.execute(transaction);
}
