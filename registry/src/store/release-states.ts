import { randomBytes } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ACTIVE_STATES, type ReleaseState } from '../domain/release.ts';
import type { Tables } from './tables.ts';

export interface KnownRelease {
  readonly number: number;
  readonly state: ReleaseState;
  readonly share: number;
  readonly composition: string;
}

/** Those that are served or are to be, and one that is asked for, by number. */
export function readActive(
  db: Kysely<Tables>,
  environment: string,
  number = 0,
): Promise<readonly KnownRelease[]> {
  return db
    .selectFrom('release')
    .select(['number', 'state', 'share', 'composition'])
    .where('environment', '=', environment)
    .where(({ or, eb }) => or([eb('state', 'in', ACTIVE_STATES), eb('number', '=', number)]))
    .orderBy('number')
    .execute();
}

export async function readState(
  db: Kysely<Tables>,
  environment: string,
  number: number,
): Promise<Pick<KnownRelease, 'state'>> {
  return db
    .selectFrom('release')
    .select('state')
    .where('environment', '=', environment)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
}

/** By the clock of the database; 0 for a release that is not there. */
export async function readSecondsInState(
  db: Kysely<Tables>,
  environment: string,
  number: number,
): Promise<number> {
  const release = await db
    .selectFrom('release')
    .select(sql<number>`extract(epoch from clock_timestamp() - state_since)::float8`.as('seconds'))
    .where('environment', '=', environment)
    .where('number', '=', number)
    .executeTakeFirst();
  return release?.seconds ?? 0;
}

export async function readWaitingEnvironments(db: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('release')
    .select('environment')
    .distinct()
    .where('state', '=', 'waiting')
    .execute();
  return rows.map(({ environment }) => environment);
}

/** The one that was live before the live one. */
export async function findLiveBefore(db: Kysely<Tables>, environment: string): Promise<number | undefined> {
  const release = await db
    .selectFrom('release')
    .select('number')
    .where('environment', '=', environment)
    .where('state', '=', 'superseded')
    .where('live_sequence', 'is not', null)
    .orderBy('live_sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return release?.number;
}

/** Subgraph and revision of each member, by the number of the release. */
export async function readMemberIds(
  db: Kysely<Tables>,
  environment: string,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, ReadonlyMap<string, string>>> {
  const members = new Map(numbers.map((number) => [number, new Map<string, string>()]));
  if (numbers.length === 0) return members;
  const rows = await db
    .selectFrom('release_member')
    .select(['number', 'subgraph', 'revision'])
    .where('environment', '=', environment)
    .where('number', 'in', numbers)
    .execute();
  for (const { number, subgraph, revision } of rows) members.get(number)?.set(subgraph, revision);
  return members;
}

export interface SequenceChange {
  /** False: what is served stays as it is, and so does the sequence. */
  readonly isServed: boolean;
  readonly newSalt: boolean;
}

/** The environment's sequence after it. */
export async function raiseSequence(
  transaction: Transaction<Tables>,
  environment: string,
  { isServed, newSalt }: SequenceChange,
): Promise<bigint> {
  const { sequence } = await transaction
    .updateTable('environment')
    .set(({ eb }) => ({
      sequence: eb('sequence', '+', isServed ? 1n : 0n),
      ...(newSalt && { salt: randomBytes(16).toString('base64url') }),
    }))
    .where('name', '=', environment)
    .returning('sequence')
    .executeTakeFirstOrThrow();
  return sequence;
}

/** To a value that is known to be above the present one, in a transaction that has locked the environment. */
export async function setSequence(
  transaction: Transaction<Tables>,
  environment: string,
  sequence: bigint,
): Promise<void> {
  await transaction.updateTable('environment').set({ sequence }).where('name', '=', environment).execute();
}

export interface StateChange {
  readonly state: ReleaseState;
  readonly share?: number;
  readonly live_sequence?: bigint;
  readonly report?: string;
}

export async function setState(
  transaction: Transaction<Tables>,
  environment: string,
  number: number,
  change: StateChange,
): Promise<void> {
  await transaction
    .updateTable('release')
    .set({ share: 0, ...change, state_since: sql<Date>`clock_timestamp()` })
    .where('environment', '=', environment)
    .where('number', '=', number)
    .execute();
}
