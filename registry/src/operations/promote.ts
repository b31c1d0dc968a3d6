import { TributaryError } from '@tributary/errors';
import type { PromoteAnswer } from '../contract/releases.ts';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import { lockEnvironment, requireEnvironment } from '../store/environments.ts';
import { type ReleaseDetails, readRelease } from '../store/release-details.ts';
import { readActive } from '../store/release-states.ts';
import { insertRelease, readHead, readMembers } from '../store/releases.ts';
import { type AdvanceParts, advanceLocked, beginning } from './advance.ts';
import { type ReleaseName, releaseConflict, requireRelease } from './named-release.ts';
import { transition } from './release-life.ts';

export interface Promotion {
  readonly environment: string;
  readonly release: ReleaseName;
  readonly to: string;
  readonly expectBase: string | undefined;
  readonly rolloutNotes: string | null;
  readonly rollbackNotes: string | null;
  readonly actor: Actor;
}

/**
 * Gives another environment the composition of a release: nothing is composed, the digest stays. There it waits for its
 * replicas and takes traffic as any release. Only what has been live can be promoted. Again changes nothing.
 * @throws NOT_REGISTERED, RELEASE_CONFLICT, PUBLISH_CONFLICT.
 */
export async function promote(parts: AdvanceParts, request: Promotion): Promise<PromoteAnswer> {
  const { db, policy, now } = parts;
  const { environment, to, actor } = request;
  await requireEnvironment(db, to);
  const source = await requireRelease(db, environment, request.release, ['live']);
  if (source.live_sequence === null) {
    throw releaseConflict(source, `has never been live in ${environment}: only what has can be promoted`);
  }
  const answer = await db.transaction().execute(async (transaction): Promise<PromoteAnswer> => {
    await lockEnvironment(transaction, to);
    const head = await readHead(transaction, to);
    const isThere = head.composition === source.composition;
    if (!isThere) assertBase(to, request.expectBase, head.composition ?? 'none');
    const at = now();
    let number = head.number;
    if (!isThere) {
      number = await insertRelease(transaction, {
        environment: to,
        composition: source.composition,
        cause: 'promote',
        subgraph: null,
        revision: null,
        members: await readMembers(transaction, environment, source.number),
        rolloutNotes: request.rolloutNotes ?? source.rollout_notes,
        rollbackNotes: request.rollbackNotes ?? source.rollback_notes,
        at,
      });
      await appendAudit(transaction, {
        at,
        actor,
        action: 'release.promote',
        environment: to,
        digest: source.composition,
        detail: { release: number, from: environment, fromRelease: source.number },
      });
      await advanceLocked(transaction, { policy, environment: to, at });
    }
    return toAnswer(!isThere, await readRelease(transaction, to, number));
  });
  if (answer.changed) parts.onRelease(to);
  return answer;
}

export interface Step {
  readonly environment: string;
  readonly release: ReleaseName;
  /** In percent; undefined for the next step. */
  readonly share: number | undefined;
  /** Lets a release out that is not attested. */
  readonly force: boolean;
  readonly actor: Actor;
}

/** Gives a canary more traffic, all of it after its last step. @throws NOT_REGISTERED, RELEASE_CONFLICT. */
export async function moveOn(parts: AdvanceParts, request: Step): Promise<PromoteAnswer> {
  const { db, policy, now } = parts;
  const { environment, actor } = request;
  const answer = await db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, environment);
    const release = await requireRelease(transaction, environment, request.release, ['canary', 'waiting']);
    if (release.state === 'waiting' && !request.force) {
      throw releaseConflict(release, 'still waits for its replicas; `force` lets it out without');
    }
    const live = (await readActive(transaction, environment)).find(({ state }) => state === 'live');
    const step =
      release.state === 'waiting'
        ? beginning(policy, environment, release, live)
        : toStep(request.share ?? nextShare(policy, release.share));
    const done = await transition(transaction, {
      environment,
      number: release.number,
      ...step,
      actor,
      at: now(),
    });
    if (done === undefined) throw releaseConflict(release, 'cannot take more traffic now');
    return toAnswer(true, await readRelease(transaction, environment, release.number));
  });
  parts.onRelease(environment);
  return answer;
}

// Private:

function nextShare({ canarySteps }: ReleasePolicy, share: number): number {
  return canarySteps.find((step) => step > share) ?? 100;
}

function toStep(share: number) {
  return share >= 100 ? ({ event: 'completed' } as const) : ({ event: 'stepped', share } as const);
}

function toAnswer(changed: boolean, release: ReleaseDetails | undefined): PromoteAnswer {
  if (release === undefined) throw new Error('A release is never deleted');
  const { environment, number, state, share, composition } = release;
  return {
    changed,
    environment,
    release: number,
    state,
    share,
    composition,
    rolloutNotes: release.rollout_notes,
  };
}

function assertBase(environment: string, expectBase: string | undefined, actualBase: string): void {
  if (expectBase === undefined || expectBase === actualBase) return;
  const message = `${environment} has the composition ${actualBase}, not ${expectBase}.`;
  const conflict = { expectedBase: expectBase, actualBase, since: [], problems: [] };
  throw new TributaryError('PUBLISH_CONFLICT', message, { extensions: { conflict } });
}
