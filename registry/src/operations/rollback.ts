import type { ByHandReport } from '../contract/end-report.ts';
import type { RollbackAnswer } from '../contract/releases.ts';
import type { Actor } from '../store/audit.ts';
import { lockEnvironment } from '../store/environments.ts';
import { readActive } from '../store/release-states.ts';
import type { AdvanceParts } from './advance.ts';
import { type ReleaseName, releaseConflict, requireRelease } from './named-release.ts';
import { transition } from './release-life.ts';

export interface Rollback {
  readonly environment: string;
  /** `current`: the canary, or else the live one. */
  readonly release: ReleaseName;
  readonly reason: string | null;
  readonly actor: Actor;
}

/**
 * Takes a release back: a canary gives its share to the live one, the live one gives way to the one before it, a waiting one is
 * given up. Nothing is composed: what takes over was composed, and checked, when it was published. Again changes nothing.
 * @throws NOT_REGISTERED, RELEASE_CONFLICT.
 */
export async function rollback(parts: AdvanceParts, request: Rollback): Promise<RollbackAnswer> {
  const { db, now } = parts;
  const { environment, actor, reason } = request;
  const answer = await db.transaction().execute(async (transaction): Promise<RollbackAnswer> => {
    await lockEnvironment(transaction, environment);
    const release = await requireRelease(transaction, environment, request.release, ['canary', 'live']);
    const { number, state, rollback_notes: rollbackNotes } = release;
    const common = { environment, release: number, rollbackNotes };
    if (state === 'rolled-back' || state === 'refused') {
      const live = (await readActive(transaction, environment)).find((other) => other.state === 'live');
      return { ...common, changed: false, state, live: live?.number ?? null, givenUp: [] };
    }
    const done = await transition(transaction, {
      environment,
      number,
      event: state === 'waiting' ? 'given-up' : 'harmed',
      report: {
        reason: 'by-hand',
        by: actor.name,
        ...(reason !== null && { message: reason }),
      } satisfies ByHandReport,
      actor,
      at: now(),
    });
    if (done === undefined) {
      const why =
        state === 'live' ? 'was the first, and nothing can take over' : 'has no traffic to give back';
      throw releaseConflict(release, why);
    }
    return { ...common, changed: true, state: done.state, live: done.live ?? null, givenUp: done.givenUp };
  });
  if (answer.changed) parts.onRelease(environment);
  return answer;
}
