import type { Kysely, Selectable } from 'kysely';
import { ACTIVE_STATES, type ReleaseState } from '../domain/release.ts';
import type { ReleaseTable, RevisionTable, Tables } from './tables.ts';

/** A subgraph of a release: its revision. */
export type ReleaseMember = Selectable<RevisionTable>;

/** The newest release of an environment that is served or is to be: the next change builds on it. */
export interface Head {
  /** 0 before the first release; `composition` is undefined then and there are no members. */
  readonly number: number;
  readonly composition: string | undefined;
  readonly state: ReleaseState | undefined;
  /** By name. */
  readonly members: readonly ReleaseMember[];
}

export async function readHead(db: Kysely<Tables>, environment: string): Promise<Head> {
  const release = await db
    .selectFrom('release')
    .select(['number', 'composition', 'state'])
    .where('environment', '=', environment)
    .where('state', 'in', ACTIVE_STATES)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (release === undefined) return { number: 0, composition: undefined, state: undefined, members: [] };
  return { ...release, members: await readMembers(db, environment, release.number) };
}

/** What `readHead` would give, for comparison inside a transaction. */
export async function readHeadNumber(db: Kysely<Tables>, environment: string): Promise<number> {
  const release = await db
    .selectFrom('release')
    .select('number')
    .where('environment', '=', environment)
    .where('state', 'in', ACTIVE_STATES)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return release?.number ?? 0;
}

export async function readMembers(
  db: Kysely<Tables>,
  environment: string,
  number: number,
): Promise<readonly ReleaseMember[]> {
  return db
    .selectFrom('release_member')
    .innerJoin('revision', 'revision.id', 'release_member.revision')
    .selectAll('revision')
    .where('release_member.environment', '=', environment)
    .where('release_member.number', '=', number)
    .orderBy('release_member.subgraph')
    .execute();
}

/** The newest release of an environment that had this composition. */
export async function findReleaseOf(
  db: Kysely<Tables>,
  environment: string,
  composition: string,
): Promise<number | undefined> {
  const release = await db
    .selectFrom('release')
    .select('number')
    .where('environment', '=', environment)
    .where('composition', '=', composition)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return release?.number;
}

export interface PastChange {
  readonly number: number;
  readonly cause: string;
  readonly subgraph: string | null;
  readonly created_at: Date;
  readonly author: string | null;
  readonly commit_id: string | null;
}

/** The releases after one, oldest first. */
export async function readChangesSince(
  db: Kysely<Tables>,
  environment: string,
  number: number,
): Promise<readonly PastChange[]> {
  return db
    .selectFrom('release')
    .leftJoin('revision', 'revision.id', 'release.revision')
    .select([
      'release.number',
      'release.cause',
      'release.subgraph',
      'release.created_at',
      'revision.author',
      'revision.commit_id',
    ])
    .where('release.environment', '=', environment)
    .where('release.number', '>', number)
    .orderBy('release.number')
    .limit(100)
    .execute();
}

export interface LiveRelease {
  readonly number: number;
  readonly digest: string;
}

export interface NewRelease {
  readonly environment: string;
  readonly composition: string;
  readonly cause: Selectable<ReleaseTable>['cause'];
  readonly subgraph: string | null;
  readonly revision: string | null;
  readonly members: readonly { readonly subgraph: string; readonly id: string }[];
  readonly rolloutNotes: string | null;
  readonly rollbackNotes: string | null;
  readonly at: Date;
}

/** A release that waits. Call it in a transaction that has locked the environment. */
export async function insertRelease(db: Kysely<Tables>, release: NewRelease): Promise<number> {
  const { environment } = release;
  const { releases: number } = await db
    .updateTable('environment')
    .set(({ eb }) => ({ releases: eb('releases', '+', 1) }))
    .where('name', '=', environment)
    .returning('releases')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('release')
    .values({
      environment,
      number,
      composition: release.composition,
      state: 'waiting',
      cause: release.cause,
      subgraph: release.subgraph,
      revision: release.revision,
      rollout_notes: release.rolloutNotes,
      rollback_notes: release.rollbackNotes,
      created_at: release.at,
    })
    .execute();
  await db
    .insertInto('release_member')
    .values(release.members.map(({ subgraph, id }) => ({ environment, number, subgraph, revision: id })))
    .execute();
  return number;
}
