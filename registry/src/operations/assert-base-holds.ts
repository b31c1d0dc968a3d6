import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type { CompositionProblem, Conflict } from '../contract/subgraphs.ts';
import { applyChange, type Change } from '../domain/members.ts';
import { findComposition } from '../store/compositions.ts';
import {
  findReleaseOf,
  type Head,
  type ReleaseMember,
  readChangesSince,
  readMembers,
} from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import { type Composer, type ComposerOutcome, toKnownMember } from './composer.ts';

export interface BaseParts {
  readonly db: Kysely<Tables>;
  readonly composer: Composer;
  readonly workers: SchemaWorkers;
}

export interface BaseRequest {
  readonly environment: string;
  /** A composition's digest, `none`, or undefined for whatever is there. */
  readonly expectBase: string | undefined;
}

export interface BaseAttempt {
  readonly head: Head;
  readonly change: Change<ReleaseMember>;
  /** Of the change on the head. */
  readonly outcome: ComposerOutcome;
}

/**
 * What a check against `expectBase` has said must still be true of what is there now. It is not when the change composes
 * with the one and not with the other, or takes something away from clients here that it does not take away there: the other
 * provider of a field has gone meanwhile, say. Otherwise both changes go together. @throws PUBLISH_CONFLICT.
 */
export async function assertBaseHolds(
  parts: BaseParts,
  { environment, expectBase }: BaseRequest,
  attempt: BaseAttempt,
): Promise<void> {
  const { db } = parts;
  const actualBase = attempt.head.composition ?? 'none';
  if (expectBase === undefined || expectBase === actualBase) return;
  const number = expectBase === 'none' ? 0 : await findReleaseOf(db, environment, expectBase);
  if (number === undefined) {
    const message = `${environment} never had the composition ${expectBase}; it has ${actualBase}.`;
    throw conflict(message, { expectedBase: expectBase, actualBase, since: [], problems: [] });
  }
  const members = await readMembers(db, environment, number);
  const problems = await problemsOfBoth(parts, expectBase, members, attempt);
  if (problems.length === 0) return;

  const since = (await readChangesSince(db, environment, number)).map((past) => ({
    release: past.number,
    cause: past.cause,
    subgraph: past.subgraph,
    author: past.author,
    commit: past.commit_id,
    at: past.created_at.toISOString(),
  }));
  const others = [...new Set(since.map(({ subgraph }) => subgraph).filter((name) => name !== null))];
  const message = `This goes with what it was checked against, but not with ${others.join(', ')}, which changed since: ${problems[0]?.message ?? ''}`;
  throw conflict(message, { expectedBase: expectBase, actualBase, since, problems });
}

// Private:

/** What is wrong now and was not when it was checked. */
async function problemsOfBoth(
  { db, composer, workers }: BaseParts,
  expectBase: string,
  expected: readonly ReleaseMember[],
  { head, change, outcome }: BaseAttempt,
): Promise<readonly CompositionProblem[]> {
  const alone = await composer.compose(applyChange(expected, change).map(toKnownMember));
  if (!outcome.composed) return alone.composed ? outcome.problems : [];
  if (!alone.composed || head.composition === undefined) return [];
  const [base, now] = await Promise.all([
    findComposition(db, expectBase),
    findComposition(db, head.composition),
  ]);
  if (base === undefined || now === undefined) return [];
  const [checked, actual] = await Promise.all([
    workers.perform('apiChanges', { before: base.apiSdl, after: alone.composition.apiSdl }),
    workers.perform('apiChanges', { before: now.apiSdl, after: outcome.composition.apiSdl }),
  ]);
  const known = new Set(checked.map(({ type, coordinate }) => `${type} ${coordinate}`));
  return actual
    .filter(({ level, type, coordinate }) => level === 'breaking' && !known.has(`${type} ${coordinate}`))
    .map(({ type, message }) => ({ code: type, message, places: [] }));
}

function conflict(message: string, details: Conflict): TributaryError {
  return new TributaryError('PUBLISH_CONFLICT', message, { extensions: { conflict: details } });
}
