import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type { CompositionProblem } from '../contract/subgraphs.ts';
import { applyChange, type Change } from '../domain/members.ts';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import type { StoredComposition } from '../store/compositions.ts';
import { lockEnvironment, requireEnvironment } from '../store/environments.ts';
import { readState } from '../store/release-states.ts';
import { type Head, insertRelease, type ReleaseMember, readHead, readHeadNumber } from '../store/releases.ts';
import { insertRevision } from '../store/revisions.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import { advanceLocked } from './advance.ts';
import { assertBaseHolds } from './assert-base-holds.ts';
import { type Composer, type ComposerOutcome, toKnownMember } from './composer.ts';

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
  readonly workers: SchemaWorkers;
  readonly now: () => Date;
  readonly policy: ReleasePolicy;
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
    await assertBaseHolds(parts, change, { head, change: made, outcome });
    if (!outcome.composed) throw compositionFailed(outcome.problems);
    const release = await commit(parts, change, { head, made, members, outcome });
    if (release === undefined) continue;
    parts.onRelease(change.environment);
    const { digest, hints } = outcome.composition;
    return { changed: true, ...release, composition: digest, hints };
  }
  throw new TributaryError('SERVICE_UNAVAILABLE', 'Too many changes to this environment at once. Try again.');
}

// Private:

function unchanged({ number, state, composition }: Head): ChangeOutcome {
  if (composition === undefined || state === undefined)
    throw new Error('An empty environment can be changed');
  return { changed: false, release: number, state, composition, hints: [] };
}

interface ComposedAttempt {
  readonly head: Head;
  readonly made: Change<ReleaseMember>;
  readonly members: readonly ReleaseMember[];
  readonly outcome: Extract<ComposerOutcome, { composed: true }>;
}

/** The release; undefined when somebody else came first. It goes out in the same transaction if nothing holds it. */
async function commit(
  { db, composer, now, policy }: ChangeParts,
  change: EnvironmentChange,
  { head, made, members, outcome }: ComposedAttempt,
): Promise<Pick<ChangeOutcome, 'release' | 'state'> | undefined> {
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
    await advanceLocked(transaction, { policy, environment, at });
    const { state } = await readState(transaction, environment, release);
    return { release, state };
  });
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
