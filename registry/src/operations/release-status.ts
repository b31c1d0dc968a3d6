import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type {
  GatewayStatus,
  ReleaseList,
  ReleaseStatus,
  ReleaseSummary,
  RetirementStatus,
} from '../contract/releases.ts';
import { ACTIVE_STATES } from '../domain/release.ts';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { readWatch } from '../store/canaries.ts';
import { requireEnvironment } from '../store/environments.ts';
import { readCompositionsWith, readGatewayLeases } from '../store/gateway-leases.ts';
import { type ReleaseDetails, readReleases, readSequence } from '../store/release-details.ts';
import { readActive } from '../store/release-states.ts';
import type { Tables } from '../store/tables.ts';
import { readWaiting, type WaitingRelease } from './advance.ts';
import { type ReleaseName, requireRelease } from './named-release.ts';

export interface StatusParts {
  readonly db: Kysely<Tables>;
  readonly policy: ReleasePolicy;
}

/** What was released, the newest first, and what waits for what. @throws NOT_REGISTERED. */
export async function listReleases(
  { db, policy }: StatusParts,
  environment: string,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<ReleaseList> {
  await requireEnvironment(db, environment);
  const active = await readActive(db, environment);
  const [releases, waiting, sequence] = await Promise.all([
    readReleases(db, environment, page),
    readWaiting(db, policy, environment, active),
    readSequence(db, environment),
  ]);
  const numberOf = (state: string) => active.find((release) => release.state === state)?.number ?? null;
  const canary = await readCanaryStatus(db, environment, numberOf('canary'));
  return {
    environment,
    sequence: Number(sequence),
    live: numberOf('live'),
    canary: numberOf('canary'),
    releases: releases.map((release) => ({
      ...toSummary(release, waiting),
      ...(release.state === 'canary' && canary),
    })),
  };
}

/** One release, and how many gateways serve it. @throws NOT_REGISTERED. */
export async function readReleaseStatus(
  { db, policy }: StatusParts,
  environment: string,
  name: ReleaseName,
): Promise<ReleaseStatus> {
  const release = await requireRelease(db, environment, name, ['canary', 'waiting', 'live']);
  const waiting = release.state === 'waiting' ? await readWaiting(db, policy, environment) : [];
  return {
    environment,
    ...toSummary(release, waiting),
    ...(release.state === 'canary' && (await readCanaryStatus(db, environment, release.number))),
    gateways: await gatewayStatus({ db, policy }, release),
  };
}

/**
 * Whether a subgraph, or one revision of it, can be taken away: no release has it that is served or is to be, and every
 * gateway has left the last one that had. A gateway that has not reported for a while counts until it is surely gone.
 * @throws NOT_REGISTERED for a name that was never there: a misspelt one must not pass for safe.
 */
export async function readRetirement(
  { db, policy }: StatusParts,
  environment: string,
  what: { readonly subgraph: string; readonly revision: string | undefined },
): Promise<RetirementStatus> {
  await requireEnvironment(db, environment);
  const releases = await readCompositionsWith(db, environment, what);
  if (releases.length === 0) {
    const revision = what.revision === undefined ? '' : ` in the revision ${what.revision}`;
    throw new TributaryError('NOT_REGISTERED', `${environment} never had ${what.subgraph}${revision}.`);
  }
  const leases = await readGatewayLeases(db, environment, policy);
  const compositions = new Set(releases.map(({ composition }) => composition));
  const using = leases.filter(({ serves }) => serves.some((digest) => compositions.has(digest)));
  const active = releases.filter(({ state }) => (ACTIVE_STATES as readonly string[]).includes(state));
  const reasons = [
    ...active.map(({ number, state }) => `release ${number}, which is ${state}, has it`),
    ...using.map(({ gateway, isLive }) =>
      isLive
        ? `gateway ${gateway} still serves a supergraph that has it`
        : `gateway ${gateway} does not report any more, and served a supergraph that has it`,
    ),
  ];
  return {
    environment,
    subgraph: what.subgraph,
    revision: what.revision ?? null,
    safeToRetire: reasons.length === 0,
    reasons,
    gateways: {
      seen: leases.filter(({ isLive }) => isLive).length,
      using: using.length,
      lost: leases.filter(({ isLive }) => !isLive).length,
    },
  };
}

// Private:

async function readCanaryStatus(
  db: Kysely<Tables>,
  environment: string,
  number: number | null,
): Promise<Pick<ReleaseSummary, 'canary'>> {
  const watch = number === null ? undefined : await readWatch(db, environment, number);
  return watch === undefined ? {} : { canary: watch.status };
}

async function gatewayStatus({ db, policy }: StatusParts, release: ReleaseDetails): Promise<GatewayStatus> {
  const { environment, composition, state_since: since } = release;
  const leases = await readGatewayLeases(db, environment, policy, since);
  const live = leases.filter(({ isLive }) => isLive);
  return {
    seen: live.length,
    serving: live.filter(({ serves }) => serves.includes(composition)).length,
    silent: live.filter(({ reportedSince }) => !reportedSince).length,
    lost: leases.length - live.length,
  };
}

function toSummary(release: ReleaseDetails, waiting: readonly WaitingRelease[]): ReleaseSummary {
  const attestation = waiting.find((other) => other.release.number === release.number)?.progress;
  return {
    release: release.number,
    state: release.state,
    share: release.state === 'live' ? 100 : release.share,
    stateSince: release.state_since.toISOString(),
    cause: release.cause,
    subgraph: release.subgraph,
    revision: release.revision_digest,
    commit: release.commit_id,
    author: release.author,
    composition: release.composition,
    createdAt: release.created_at.toISOString(),
    rolloutNotes: release.rollout_notes,
    rollbackNotes: release.rollback_notes,
    report: release.report,
    ...(attestation && { attestation }),
  };
}
