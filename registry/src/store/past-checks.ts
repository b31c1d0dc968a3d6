import { type Kysely, type Selectable, sql } from 'kysely';
import type { PastCheckTable } from './canary-tables.ts';
import type { Tables } from './tables.ts';

export type PastCheck = Omit<Selectable<PastCheckTable>, 'id'>;

const KEPT_DAYS = 30;
const MOST_FINDINGS = 20;
const MOST_CHARACTERS = 500;

/** Remembers that a check was made, and the first of what it found. Old ones go as new ones come. */
export async function addPastCheck(db: Kysely<Tables>, check: PastCheck): Promise<void> {
  const findings = check.findings
    .slice(0, MOST_FINDINGS)
    .map((finding) => ({ ...finding, message: finding.message.slice(0, MOST_CHARACTERS) }));
  await db
    .insertInto('past_check')
    .values({ ...check, findings: JSON.stringify(findings) })
    .execute();
  await db
    .deleteFrom('past_check')
    .where('environment', '=', check.environment)
    .where('at', '<', sql<Date>`${check.at}::timestamptz - make_interval(days => ${KEPT_DAYS})`)
    .execute();
}

/** The newest first. */
export async function readPastChecks(
  db: Kysely<Tables>,
  environment: string,
  limit: number,
): Promise<readonly PastCheck[]> {
  return db
    .selectFrom('past_check')
    .select(['environment', 'subgraph', 'at', 'actor', 'passed', 'errors', 'warnings', 'findings'])
    .where('environment', '=', environment)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
