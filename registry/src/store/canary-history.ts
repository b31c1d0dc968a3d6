import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

export interface ArmBin {
  readonly arm: 'live' | 'canary';
  readonly at: Date;
  readonly requests: bigint;
  readonly errors: bigint;
}

/** What both arms did over time, in at most some `most` steps of equal length. */
export async function readArmBins(
  db: Kysely<Tables>,
  environment: string,
  release: number,
  most: number,
): Promise<{ readonly seconds: number; readonly bins: readonly ArmBin[] }> {
  const { span } = await db
    .selectFrom('arm_bin')
    .select(sql<number | null>`extract(epoch from max(at) - min(at))::float8`.as('span'))
    .where('environment', '=', environment)
    .where('release', '=', release)
    .executeTakeFirstOrThrow();
  const seconds = Math.max(5, Math.ceil((span ?? 0) / most / 5) * 5);
  const step = sql<Date>`to_timestamp(floor(extract(epoch from at) / ${seconds}::int) * ${seconds}::int)`;
  const bins = await db
    .selectFrom('arm_bin')
    .select([
      'arm',
      step.as('at'),
      sql<bigint>`sum(requests)::bigint`.as('requests'),
      sql<bigint>`sum(errors)::bigint`.as('errors'),
    ])
    .where('environment', '=', environment)
    .where('release', '=', release)
    .groupBy(['arm', sql`2`])
    .orderBy(sql`2`)
    .execute();
  return { seconds, bins };
}

/** When it had which share of the traffic, the first one first. */
export async function readSteps(db: Kysely<Tables>, environment: string, release: number) {
  return db
    .selectFrom('canary_step')
    .select(['share', 'at'])
    .where('environment', '=', environment)
    .where('release', '=', release)
    .orderBy('at')
    .execute();
}

/** The largest share with requests; undefined where nobody has reported any. */
export async function readLastShare(
  db: Kysely<Tables>,
  environment: string,
  release: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('arm_operation')
    .select(({ fn }) => fn.max('share').as('share'))
    .where('environment', '=', environment)
    .where('release', '=', release)
    .executeTakeFirst();
  return row?.share ?? undefined;
}
