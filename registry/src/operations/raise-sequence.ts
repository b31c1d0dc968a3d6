import { TributaryError } from '@tributary/errors';
import type { RaiseSequenceAnswer } from '../contract/sequence.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import { lockEnvironment, requireEnvironment } from '../store/environments.ts';
import { readSequence } from '../store/release-details.ts';
import { setSequence } from '../store/release-states.ts';
import type { AdvanceParts } from './advance.ts';

export interface RaiseSequence {
  readonly environment: string;
  /** What gateways know; undefined for a step that no backup is older than. */
  readonly above: number | undefined;
  readonly actor: Actor;
}

/** Releases, steps and rollbacks that a registry may have made since its backup. */
const STEP = 1_000n;
/** A sequence never comes down again: one that was mistyped must not use up all there are. */
const MOST = 1_000_000n;

/**
 * Makes gateways take deliveries of a registry that was restored from a backup: they refuse what is behind what they know. The
 * sequence only rises, so nothing that was delivered before can come again. With `above`, again changes nothing.
 * @throws NOT_REGISTERED, BAD_REQUEST for a step of more than a million.
 */
export async function raiseSequenceAbove(
  parts: Omit<AdvanceParts, 'policy'>,
  { environment, above, actor }: RaiseSequence,
): Promise<RaiseSequenceAnswer> {
  const { db, now } = parts;
  await requireEnvironment(db, environment);
  const answer = await db.transaction().execute(async (transaction): Promise<RaiseSequenceAnswer> => {
    await lockEnvironment(transaction, environment);
    const before = await readSequence(transaction, environment);
    const sequence = above === undefined ? before + STEP : BigInt(above) + 1n;
    if (sequence <= before)
      return { changed: false, environment, before: Number(before), sequence: Number(before) };
    if (sequence - before > MOST) {
      throw new TributaryError(
        'BAD_REQUEST',
        `The sequence of ${environment} is ${before} and never comes down again: it is raised by ${MOST} at most.`,
      );
    }
    await setSequence(transaction, environment, sequence);
    await appendAudit(transaction, {
      at: now(),
      actor,
      action: 'environment.raise-sequence',
      environment,
      detail: { from: Number(before), to: Number(sequence) },
    });
    return { changed: true, environment, before: Number(before), sequence: Number(sequence) };
  });
  if (answer.changed) parts.onRelease(environment);
  return answer;
}
