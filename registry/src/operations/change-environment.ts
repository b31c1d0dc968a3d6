import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type { CompositionProblem, Conflict } from '../contract/subgraphs.ts';
import { applyChange, type Change } from '../domain/members.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import type { StoredComposition } from '../store/compositions.ts';
import { lockEnvironment, requireEnvironment } from '../store/environments.ts';
import {
  findReleaseOf,
  type Head,
  insertRelease,
  type ReleaseMember,
  readChangesSince,
  readHead,
  readHeadNumber,
  readMembers,
} from '../store/releases.ts';
import { insertRevision } from '../store/revisions.ts';
import type { Tables } from '../store/tables.ts';
import type { Composer, ComposerOutcome } from './composer.ts';

export interface EnvironmentChange {
  readonly environment: string;
  readonly subgraph: string;
  /** The change to what is there; undefined when it makes none. */
  readonly toChange: (head: Head) => Change<ReleaseMember> | undefined;
  /** A composition's digest, `none`, or undefined for whatever is there. */
  readonly expectBase: string | undefined;
  readonly cause: 'publish' | 'retire';
  readonly rolloutNotes: string | null;
  readonly rollbackNotes: string | null;
  readonly actor: Actor;
}

export interface ChangeOutcome {
  readonly changed: boolean;
  readonly release: number;
  readonly state: string;
  readonly composition: string;
  readonly hints: readonly string[];
}

export interface ChangeParts {
  readonly db: Kysely<Tables>;
  readonly composer: Composer;
  readonly now: () => Date;
  /** Called after a commit, so that those who wait for a supergraph hear of it at once. */
  readonly onRelease: (environment: string) => void;
}

/** A change is composed anew each time another one came first: of so many, one of each round has come through. */
const MAX_ROUNDS = 50;

/**
 * Changes one subgraph of an environment: composes, then writes revision, composition, release and audit entry in one
 * transaction, or nothing. Composing takes seconds and holds no lock: the transaction takes the environment's lock, and
 * only writes if the environment is still as it was composed with; else the change is composed with what is there now.
 * @throws COMPOSITION_FAILED, PUBLISH_CONFLICT, NOT_REGISTERED, SCHEMA_LIMIT_EXCEEDED.
 */
export async function changeEnvironment(
  parts: ChangeParts,
  change: EnvironmentChange,
): Promise<ChangeOutcome> {
  const { db, composer } = parts;
  await requireEnvironment(db, change.environment);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const head = await readHead(db, change.environment);
    const made = change.toChange(head);
    if (made === undefined) return unchanged(head);
    const members = applyChange(head.members, made);
    const outcome = await composer.compose(members.map(toKnownMember));
    await assertBaseHolds(parts, change, { head, made, outcome });
    if (!outcome.composed) throw compositionFailed(outcome.problems);
    const release = await commit(parts, change, { head, made, members, outcome });
    if (release === undefined) continue;
    parts.onRelease(change.environment);
    const { digest, hints } = outcome.composition;
    return { changed: true, release, state: 'live', composition: digest, hints };
  }
  throw new TributaryError('SERVICE_UNAVAILABLE', 'Too many changes to this environment at once. Try again.');
}

export function toKnownMember({ subgraph, routing_url, sdl, digest }: ReleaseMember) {
  return { name: subgraph, routingUrl: routing_url, sdl, digest };
}

// Private:

function unchanged({ number, state, composition }: Head): ChangeOutcome {
  if (composition === undefined || state === undefined)
    throw new Error('An empty environment can be changed');
  return { changed: false, release: number, state, composition, hints: [] };
}

interface Attempt {
  readonly head: Head;
  readonly made: Change<ReleaseMember>;
  readonly outcome: ComposerOutcome;
}

interface ComposedAttempt extends Attempt {
  readonly members: readonly ReleaseMember[];
  readonly outcome: Extract<ComposerOutcome, { composed: true }>;
}

/** The number of the release; undefined when somebody else came first. */
async function commit(
  { db, composer, now }: ChangeParts,
  change: EnvironmentChange,
  { head, made, members, outcome }: ComposedAttempt,
): Promise<number | undefined> {
  const { environment, subgraph, actor } = change;
  const revision = made.kind === 'put' ? made.member : undefined;
  return db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, environment);
    if ((await readHeadNumber(transaction, environment)) !== head.number) return undefined;
    const at = now();
    if (revision !== undefined) await insertRevision(transaction, { ...revision, created_at: at });
    await composer.save(transaction, outcome, at);
    const composition: StoredComposition = outcome.composition;
    const release = await insertRelease(transaction, {
      environment,
      composition: composition.digest,
      state: 'live',
      cause: change.cause,
      subgraph,
      revision: revision?.id ?? null,
      members,
      rolloutNotes: change.rolloutNotes,
      rollbackNotes: change.rollbackNotes,
      at,
    });
    await appendAudit(transaction, {
      at,
      actor,
      action: change.cause === 'publish' ? 'subgraph.publish' : 'subgraph.retire',
      environment,
      subgraph,
      digest: revision?.digest ?? composition.digest,
      detail: { release, composition: composition.digest, commit: revision?.commit_id ?? null },
    });
    return release;
  });
}

/**
 * What was checked against `expectBase` must still be true of what is there now: it is not when it composes with the one
 * and not with the other. @throws PUBLISH_CONFLICT.
 */
async function assertBaseHolds(
  { db, composer }: ChangeParts,
  { environment, expectBase }: EnvironmentChange,
  { head, made, outcome }: Attempt,
): Promise<void> {
  const actualBase = head.composition ?? 'none';
  if (expectBase === undefined || expectBase === actualBase) return;
  const number = expectBase === 'none' ? 0 : await findReleaseOf(db, environment, expectBase);
  if (number === undefined) {
    throw conflict(`${environment} never had the composition ${expectBase}; it has ${actualBase}.`, {
      expectedBase: expectBase,
      actualBase,
      since: [],
      problems: [],
    });
  }
  if (outcome.composed) return;
  const expected = applyChange(await readMembers(db, environment, number), made);
  const alone = await composer.compose(expected.map(toKnownMember));
  if (!alone.composed) return;
  const since = (await readChangesSince(db, environment, number)).map((past) => ({
    release: past.number,
    cause: past.cause,
    subgraph: past.subgraph,
    author: past.author,
    commit: past.commit_id,
    at: past.created_at.toISOString(),
  }));
  const others = [...new Set(since.map(({ subgraph }) => subgraph).filter((name) => name !== null))];
  const message = `This composes with what it was checked against, but not with ${others.join(', ')}, which changed since: ${outcome.problems[0]?.message ?? ''}`;
  throw conflict(message, { expectedBase: expectBase, actualBase, since, problems: outcome.problems });
}

function conflict(message: string, details: Conflict): TributaryError {
  return new TributaryError('PUBLISH_CONFLICT', message, { extensions: { conflict: details } });
}

function compositionFailed(problems: readonly CompositionProblem[]): TributaryError {
  const count = problems.length === 1 ? 'a reason' : `${problems.length} reasons`;
  return new TributaryError(
    'COMPOSITION_FAILED',
    `The subgraphs do not compose with this change, for ${count}.`,
    {
      extensions: { problems },
    },
  );
}
