import { type Kysely, sql, type Transaction } from 'kysely';
import type { CanaryStatus } from '../contract/canary.ts';
import type { Failure, SlowRequest } from '../domain/canary/blame.ts';
import type { Watch } from '../domain/canary/watch.ts';
import type { Tables } from './tables.ts';

export interface CanaryRelease {
  readonly environment: string;
  readonly number: number;
  readonly share: number;
  /** How long it has had it, by the clock of the database. */
  readonly seconds: number;
}

/** All canaries there are: one in an environment at most. */
export async function readCanaries(
  db: Kysely<Tables>,
  environment?: string,
): Promise<readonly CanaryRelease[]> {
  return db
    .selectFrom('release')
    .select([
      'environment',
      'number',
      'share',
      sql<number>`extract(epoch from clock_timestamp() - state_since)::float8`.as('seconds'),
    ])
    .where('state', '=', 'canary')
    .$if(environment !== undefined, (query) => query.where('environment', '=', environment ?? ''))
    .orderBy('environment')
    .execute();
}

/**
 * True for one registry at a time, until its transaction ends: the others have nothing to do then. Not the lock of the
 * environment, which publishes wait for.
 */
export async function tryLockCanary(transaction: Transaction<Tables>, environment: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`tributary.registry.canary:${environment}`}, 0)) as locked`.execute(
    transaction,
  );
  return rows[0]?.locked === true;
}

export interface KnownWatch {
  readonly watch: Watch | null;
  readonly status: CanaryStatus;
  readonly looked_at: Date;
  readonly secondsSinceLook: number;
}

export async function readWatch(
  db: Kysely<Tables>,
  environment: string,
  release: number,
): Promise<KnownWatch | undefined> {
  return db
    .selectFrom('canary_watch')
    .select([
      'watch',
      'status',
      'looked_at',
      sql<number>`extract(epoch from clock_timestamp() - looked_at)::float8`.as('secondsSinceLook'),
    ])
    .where('environment', '=', environment)
    .where('release', '=', release)
    .executeTakeFirst();
}

export async function writeWatch(
  transaction: Transaction<Tables>,
  { environment, number }: Pick<CanaryRelease, 'environment' | 'number'>,
  { watch, status }: { readonly watch: Watch; readonly status: CanaryStatus },
): Promise<void> {
  const values = { watch: JSON.stringify(watch), status: JSON.stringify(status) };
  const looked_at = sql<Date>`clock_timestamp()`;
  await transaction
    .insertInto('canary_watch')
    .values({ environment, release: number, looked_at, ...values })
    .onConflict((conflict) =>
      conflict.columns(['environment', 'release']).doUpdateSet({ looked_at, ...values }),
    )
    .execute();
}

/** What was seen of canaries that have ended is of use to nobody; how they ended is kept. */
export async function forgetWatches(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('canary_watch')
    .set({ watch: null })
    .where('watch', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('release')
            .select('release.number')
            .whereRef('release.environment', '=', 'canary_watch.environment')
            .whereRef('release.number', '=', 'canary_watch.release')
            .where('release.state', '=', 'canary'),
        ),
      ),
    )
    .execute();
}

/** Notes when the canary first had this share. */
export async function noteStep(
  transaction: Transaction<Tables>,
  { environment, number, share }: CanaryRelease,
): Promise<void> {
  await transaction
    .insertInto('canary_step')
    .columns(['environment', 'release', 'share', 'at'])
    .expression((eb) =>
      eb
        .selectFrom('release')
        .select(['environment', 'number', eb.val(share).as('share'), 'state_since'])
        .where('environment', '=', environment)
        .where('number', '=', number),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface ArmRow {
  readonly arm: 'live' | 'canary';
  readonly operation: string;
  readonly name: string | null;
  readonly requests: bigint;
  readonly errors: bigint;
  readonly latency: readonly bigint[];
}

/** What both arms did at this share, the busiest operations first. */
export async function readArms(
  db: Kysely<Tables>,
  { environment, number, share }: CanaryRelease,
): Promise<readonly ArmRow[]> {
  return db
    .selectFrom('arm_operation')
    .select(['arm', 'operation', 'name', 'requests', 'errors', 'latency'])
    .where('environment', '=', environment)
    .where('release', '=', number)
    .where('share', '=', share)
    .orderBy('requests', 'desc')
    .orderBy('operation')
    .execute();
}

/** The kinds of failures of one operation, by arm. */
export async function readFailures(
  db: Kysely<Tables>,
  { environment, number, share }: CanaryRelease,
  operation: string,
): Promise<ReadonlyMap<'live' | 'canary', readonly Failure[]>> {
  const rows = await db
    .selectFrom('arm_operation')
    .select(['arm', 'failures'])
    .where('environment', '=', environment)
    .where('release', '=', number)
    .where('share', '=', share)
    .where('operation', '=', operation)
    .execute();
  return new Map(rows.map(({ arm, failures }) => [arm, failures]));
}

/** The slowest requests of one operation in the canary, the slowest first; none where no gateway tells them. */
export async function readSlowest(
  db: Kysely<Tables>,
  { environment, number, share }: CanaryRelease,
  operation: string,
): Promise<readonly SlowRequest[]> {
  const row = await db
    .selectFrom('arm_operation')
    .select('slowest')
    .where('environment', '=', environment)
    .where('release', '=', number)
    .where('share', '=', share)
    .where('arm', '=', 'canary')
    .where('operation', '=', operation)
    .executeTakeFirst();
  return row?.slowest ?? [];
}
