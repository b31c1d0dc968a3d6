import type { Kysely, Transaction } from 'kysely';
import { type AttestationProgress, attestationOf } from '../domain/attestation.ts';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { readAttestations } from '../store/attestations.ts';
import { lockEnvironment } from '../store/environments.ts';
import { type KnownRelease, readActive } from '../store/release-states.ts';
import { readMembers } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';
import { REGISTRY_ACTOR, type Transition, transition } from './release-life.ts';

export interface AdvanceParts {
  readonly db: Kysely<Tables>;
  readonly policy: ReleasePolicy;
  readonly now: () => Date;
  /** Called after a commit that changed what gateways are to serve. */
  readonly onRelease: (environment: string) => void;
}

/**
 * Lets the newest waiting release go on that is attested: to its first share of traffic, or to all of it. It looks without a
 * lock first, so that heartbeats do not queue behind a publish. The number of that release; undefined when there was none.
 */
export async function advance(parts: AdvanceParts, environment: string): Promise<number | undefined> {
  const { db, policy, now } = parts;
  if ((await findNext(db, policy, environment)) === undefined) return undefined;
  const number = await db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, environment);
    return advanceLocked(transaction, { policy, environment, at: now() });
  });
  if (number !== undefined) parts.onRelease(environment);
  return number;
}

export interface AdvanceLocked {
  readonly policy: ReleasePolicy;
  readonly environment: string;
  readonly at: Date;
}

/** The same in a transaction that has locked the environment. */
export async function advanceLocked(
  transaction: Transaction<Tables>,
  { policy, environment, at }: AdvanceLocked,
): Promise<number | undefined> {
  const next = await findNext(transaction, policy, environment);
  if (next === undefined) return undefined;
  const outcome = await transition(transaction, { environment, ...next, actor: REGISTRY_ACTOR, at });
  return outcome && next.number;
}

export interface WaitingRelease {
  readonly release: KnownRelease;
  /** Of what it brings; nothing for a release that only takes away. */
  readonly progress: readonly AttestationProgress[];
}

/** Releases that wait, the newest first, and how far their attestation is. */
export async function readWaiting(
  db: Kysely<Tables>,
  policy: ReleasePolicy,
  environment: string,
  releases?: readonly KnownRelease[],
): Promise<readonly WaitingRelease[]> {
  const active = releases ?? (await readActive(db, environment));
  const waiting = active.filter(({ state }) => state === 'waiting').toReversed();
  if (waiting.length === 0) return [];
  const live = active.find(({ state }) => state === 'live');
  const liveMembers = live === undefined ? [] : await readMembers(db, environment, live.number);
  const served = new Map(liveMembers.map(({ subgraph, digest }) => [subgraph, digest]));
  const attestations = await readAttestations(db, environment, policy.replicaLeaseSeconds);
  return Promise.all(
    waiting.map(async (release) => {
      const members = await readMembers(db, environment, release.number);
      // What is live already is served already, whatever its replicas do meanwhile.
      const brought = members.filter(({ subgraph, digest }) => served.get(subgraph) !== digest);
      const progress = brought.map(({ subgraph, digest }) =>
        attestationOf(policy.attestation, {
          subgraph,
          revision: digest,
          isKnown: attestations.known.has(subgraph),
          serves: attestations.served.get(subgraph) ?? [],
        }),
      );
      return { release, progress };
    }),
  );
}

/** How a release begins that waits no longer. One that is as the live one has nothing to try out. */
export function beginning(
  policy: ReleasePolicy,
  environment: string,
  release: KnownRelease,
  live: KnownRelease | undefined,
): Pick<Transition, 'event' | 'share'> {
  const isTried =
    live !== undefined &&
    live.composition !== release.composition &&
    policy.canaryEnvironments.includes(environment);
  return isTried ? { event: 'attested', share: policy.canarySteps[0] } : { event: 'completed' };
}

// Private:

async function findNext(
  db: Kysely<Tables>,
  policy: ReleasePolicy,
  environment: string,
): Promise<Pick<Transition, 'number' | 'event' | 'share'> | undefined> {
  const active = await readActive(db, environment);
  if (active.some(({ state }) => state === 'canary')) return undefined;
  const waiting = await readWaiting(db, policy, environment, active);
  const next = waiting.find(({ progress }) => progress.every(({ isAttested }) => isAttested));
  if (next === undefined) return undefined;
  const live = active.find(({ state }) => state === 'live');
  return { number: next.release.number, ...beginning(policy, environment, next.release, live) };
}
