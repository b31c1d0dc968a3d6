import type { Transaction } from 'kysely';
import type { BuildsOnReport } from '../contract/end-report.ts';
import { buildsOn, nextState, type ReleaseEvent, type ReleaseState } from '../domain/release.ts';
import { type Actor, appendAudit, type ReleaseAction } from '../store/audit.ts';
import {
  findLiveBefore,
  type KnownRelease,
  raiseSequence,
  readActive,
  readMemberIds,
  setState,
} from '../store/release-states.ts';
import type { Tables } from '../store/tables.ts';

export interface Transition {
  readonly environment: string;
  readonly number: number;
  readonly event: Exclude<ReleaseEvent, 'replaced'>;
  /** In percent, for `attested` and `stepped`. */
  readonly share?: number;
  /** Why, for people and machines; stays with the release. */
  readonly report?: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly at: Date;
}

export interface TransitionOutcome {
  readonly state: ReleaseState;
  /** The environment's, after it. */
  readonly sequence: bigint;
  /** The release that has all traffic now, or all that a canary leaves; undefined before the first. */
  readonly live: number | undefined;
  /** Newer ones that ended with it. */
  readonly givenUp: readonly number[];
}

/** Who acts when nobody asked. */
export const REGISTRY_ACTOR: Actor = { name: 'registry', tokenId: null };

/**
 * The only way in which a release changes its state or its share. Call it in a transaction that has locked the environment,
 * and wake those who wait for a delivery after the commit.
 *
 * Undefined, and nothing changed, when the event cannot happen: somebody else came first, another canary is under way, or
 * nothing was live before a live release that is to go back. What an event does to other releases happens here too:
 * - `completed`: the live one is superseded, and so are waiting ones older than it;
 * - `harmed` on the live one: the one that was live before it is live again, as it was composed then;
 * - `harmed`, `given-up`: newer ones that build on it end with it.
 */
export async function transition(
  transaction: Transaction<Tables>,
  change: Transition,
): Promise<TransitionOutcome | undefined> {
  const { environment, number, event } = change;
  const releases = await readActive(transaction, environment, number);
  const release = releases.find((candidate) => candidate.number === number);
  const state = release && nextState(release.state, event);
  if (release === undefined || state === undefined) return undefined;
  const others = releases.filter((other) => other !== release);
  if (release.state === 'waiting' && others.some((other) => other.state === 'canary')) {
    if (event !== 'given-up') return undefined;
  }
  const isEnd = event === 'harmed' || event === 'given-up';
  const isWayBack = isEnd && release.state === 'live';
  const back = isWayBack ? await findLiveBefore(transaction, environment) : undefined;
  if (isWayBack && back === undefined) return undefined;

  const live = back ?? others.find((other) => other.state === 'live')?.number;
  const dependents = isEnd ? await findDependents(transaction, environment, { number, live, others }) : [];
  const sequence = await raiseSequence(transaction, environment, {
    isServed: event !== 'given-up',
    newSalt: event === 'attested',
  });
  const share = state === 'canary' ? (change.share ?? release.share) : 0;
  const superseded = state === 'live' ? others.filter((other) => isPast(other, number)) : [];
  for (const other of superseded) {
    await setState(transaction, environment, other.number, { state: 'superseded' });
  }
  await setState(transaction, environment, number, {
    state,
    share,
    ...(state === 'live' && { live_sequence: sequence }),
    ...(change.report !== undefined && { report: JSON.stringify(change.report) }),
  });
  for (const other of dependents) {
    const report = JSON.stringify({ reason: 'builds-on', release: number } satisfies BuildsOnReport);
    const end = other.state === 'canary' ? 'rolled-back' : 'refused';
    await setState(transaction, environment, other.number, { state: end, report });
  }
  if (back !== undefined) {
    await setState(transaction, environment, back, { state: 'live', live_sequence: sequence });
  }
  const givenUp = dependents.map((other) => other.number);
  await appendAudit(transaction, {
    at: change.at,
    actor: change.actor,
    action: ACTIONS[event],
    environment,
    digest: release.composition,
    detail: {
      release: number,
      from: release.state,
      state,
      ...(state === 'canary' && { share }),
      ...(back !== undefined && { back }),
      ...(superseded.length > 0 && { superseded: superseded.map((other) => other.number) }),
      ...(givenUp.length > 0 && { givenUp }),
    },
  });
  return { state, sequence, live: state === 'live' ? number : live, givenUp };
}

// Private:

const ACTIONS: Readonly<Record<Transition['event'], ReleaseAction>> = {
  attested: 'release.canary',
  stepped: 'release.step',
  completed: 'release.live',
  harmed: 'release.rollback',
  'given-up': 'release.refuse',
};

/** What a release that takes all traffic leaves behind. Newer ones that still wait come after it. */
function isPast(other: KnownRelease, number: number): boolean {
  return other.state !== 'waiting' || other.number < number;
}

interface Ending {
  readonly number: number;
  /** What is live without it; undefined for nothing. */
  readonly live: number | undefined;
  readonly others: readonly KnownRelease[];
}

/** Newer releases that have what this one brought: they would bring the harm back. */
async function findDependents(
  transaction: Transaction<Tables>,
  environment: string,
  { number, live, others }: Ending,
): Promise<readonly KnownRelease[]> {
  const newer = others.filter((other) => other.number > number && other.state !== 'live');
  if (newer.length === 0) return [];
  const numbers = [number, ...newer.map((other) => other.number), ...(live === undefined ? [] : [live])];
  const members = await readMemberIds(transaction, environment, numbers);
  const own = members.get(number) ?? new Map();
  const before = (live !== undefined && members.get(live)) || new Map();
  const kept = new Set(before.values());
  const change = {
    brought: [...own.values()].filter((revision) => !kept.has(revision)),
    removed: [...before.keys()].filter((subgraph) => !own.has(subgraph)),
  };
  return newer.filter((other) => buildsOn(members.get(other.number) ?? new Map(), change));
}
