import type { Kysely } from 'kysely';
import type { RollbackReport } from '../contract/canary.ts';
import type { Assessment, Harm } from '../domain/canary/assess.ts';
import {
  blamedFailure,
  blamedOperation,
  blamedPlace,
  describeHarm,
  type SlowPlace,
} from '../domain/canary/blame.ts';
import type { OperationCounts } from '../domain/canary/counts.ts';
import { type CanaryRelease, readFailures, readSlowest } from '../store/canaries.ts';
import { type ReleaseMember, readMembers } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';

export interface Findings {
  readonly canary: CanaryRelease;
  readonly assessment: Assessment;
  readonly counts: readonly OperationCounts[];
  readonly names: ReadonlyMap<string, string | null>;
  /** Undefined: nobody decided in time. */
  readonly harm: Harm | undefined;
}

/** Who and what, from the operation down to the commit and to requests that one can look up. */
export async function reportRollback(
  db: Kysely<Tables>,
  { canary, assessment, counts, names, harm }: Findings,
): Promise<RollbackReport> {
  const { environment, number, share, seconds } = canary;
  const changed = await readChange(db, environment, number);
  const members = await readMembers(db, environment, number);
  const common = { share, seconds: Math.round(seconds), changed: toChanged(changed, members) };
  if (harm === undefined) {
    return {
      ...common,
      reason: 'undecided',
      summary: `After ${common.seconds} s at ${share} % of the traffic too little was known to go on, and nobody decided.`,
      operation: null,
      live: assessment.live,
      canary: assessment.canary,
      ...toPlace(undefined, changed, members),
    };
  }
  const hash = blamedOperation(harm, counts);
  const place = hash === undefined ? undefined : await findPlace(db, canary, counts, { hash, harm });
  const name = hash === undefined ? null : (names.get(hash) ?? null);
  const subject = harm.operation === undefined ? 'all operations together' : (name ?? `operation ${hash}`);
  return {
    ...common,
    reason: 'harm',
    summary: describeHarm(harm, subject, assessment),
    test: harm.test,
    operation: hash === undefined ? null : { hash, name },
    ...harm.arms,
    ...(harm.slowFromMs !== undefined && { slowFromMs: harm.slowFromMs }),
    evidence: Math.round(Math.exp(Math.min(MOST_EVIDENCE, harm.log))),
    ...toPlace(place, changed, members),
  };
}

// Private:

/** Beyond it the number says nothing more. */
const MOST_EVIDENCE = Math.log(1e12);

async function readChange(db: Kysely<Tables>, environment: string, number: number): Promise<string | null> {
  const { subgraph } = await db
    .selectFrom('release')
    .select('subgraph')
    .where('environment', '=', environment)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  return subgraph;
}

/** Where the operation does harm. Where it is slow and no gateway tells of slow requests, what failed may say it. */
async function findPlace(
  db: Kysely<Tables>,
  canary: CanaryRelease,
  counts: readonly OperationCounts[],
  { hash, harm: { slowFromMs } }: { readonly hash: string; readonly harm: Harm },
): Promise<Place | undefined> {
  const slow = slowFromMs && blamedPlace(await readSlowest(db, canary, hash), slowFromMs.canary);
  if (slow !== undefined) return { ...slow, code: null };
  const failures = await readFailures(db, canary, hash);
  const count = counts.find(({ operation }) => operation === hash);
  return blamedFailure(
    { requests: count?.live.requests ?? 0, failures: failures.get('live') ?? [] },
    { requests: count?.canary.requests ?? 0, failures: failures.get('canary') ?? [] },
  );
}

function toChanged(subgraph: string | null, members: readonly ReleaseMember[]): RollbackReport['changed'] {
  if (subgraph === null) return null;
  return { subgraph, commit: members.find((member) => member.subgraph === subgraph)?.commit_id ?? null };
}

interface Place extends SlowPlace {
  /** Null where requests were slow. */
  readonly code: string | null;
}

/** Where requests do not tell, it is what the release changed. */
function toPlace(
  place: Place | undefined,
  changed: string | null,
  members: readonly ReleaseMember[],
): Pick<RollbackReport, 'coordinate' | 'code' | 'subgraph' | 'commit' | 'revision' | 'traceIds'> {
  const subgraph = place?.subgraph ?? changed;
  const member = members.find((candidate) => candidate.subgraph === subgraph);
  return {
    coordinate: place?.coordinate ?? null,
    code: place?.code ?? null,
    subgraph,
    commit: member?.commit_id ?? null,
    revision: member?.digest ?? null,
    traceIds: place?.traceIds.slice(0, 3) ?? [],
  };
}
