import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export type ReleaseDetails = NonNullable<Awaited<ReturnType<typeof readRelease>>>;

/** With what was published, where it was. */
export async function readRelease(db: Kysely<Tables>, environment: string, number: number) {
  return details(db, environment).where('release.number', '=', number).executeTakeFirst();
}

/** The newest first, those before `before` where that is given. */
export async function readReleases(
  db: Kysely<Tables>,
  environment: string,
  { limit, before }: { readonly limit: number; readonly before: number | undefined },
): Promise<readonly ReleaseDetails[]> {
  return details(db, environment)
    .$if(before !== undefined, (query) => query.where('release.number', '<', before ?? 0))
    .orderBy('release.number', 'desc')
    .limit(limit)
    .execute();
}

export async function readSequence(db: Kysely<Tables>, environment: string): Promise<bigint> {
  const row = await db
    .selectFrom('environment')
    .select('sequence')
    .where('name', '=', environment)
    .executeTakeFirstOrThrow();
  return row.sequence;
}

// Private:

function details(db: Kysely<Tables>, environment: string) {
  return db
    .selectFrom('release')
    .leftJoin('revision', 'revision.id', 'release.revision')
    .selectAll('release')
    .select(['revision.digest as revision_digest', 'revision.commit_id', 'revision.author'])
    .where('release.environment', '=', environment);
}
