import { LATENCY_BUCKETS, latencyBucket } from '@tributary/supergraph-delivery';
import type { SlowestSubgraph } from '../subgraph/index.ts';
import { firstAsked } from './first-asked.ts';
import type { Arm, Split } from './split.ts';

/** What one request came to. */
export interface ArmEntry {
  readonly arm: Arm;
  readonly operation: OperationKey;
  readonly durationMs: number;
  /** Empty where all went well. */
  readonly failures: readonly Failure[];
  readonly traceId: string | undefined;
  /** Where most of its time went: looked at only where it is one of the slowest. */
  readonly report: { readonly slowest: SlowestSubgraph | undefined };
}

export interface OperationKey {
  /** SHA-256 of the operation without values and layout. */
  readonly hash: string;
  readonly name: string | undefined;
}

export interface Failure {
  /** `Type.field`; null for a request that failed as a whole. */
  readonly coordinate: string | null;
  readonly subgraph: string | null;
  readonly code: string;
}

/** One of the slowest requests of an operation. */
export interface SlowRequest {
  readonly ms: number;
  readonly traceId: string | null;
  /** Whose fetches took the longest; null where nothing was fetched. */
  readonly subgraph: string | null;
  /** What the slowest fetch asked it for; null where that was asked of another subgraph. */
  readonly coordinate: string | null;
}

/** As a registry takes it. */
export interface ArmOperation {
  readonly operation: string;
  readonly name: string | null;
  readonly requests: number;
  readonly errors: number;
  /** Requests per bucket of `LATENCY_UPPER_BOUNDS_MS`. */
  readonly latency: readonly number[];
  readonly failures: readonly (Failure & { readonly count: number; readonly traceIds: readonly string[] })[];
  /** The slowest first. */
  readonly slowest: readonly SlowRequest[];
}

export interface SplitCounts {
  readonly release: number;
  readonly share: number;
  readonly arms: Readonly<Record<Arm, readonly ArmOperation[]>>;
}

/** As many as one report may have. What clients send beyond them is one operation without a name. */
const MOST_OPERATIONS = 200;
const MOST_FAILURES = 10;
const MOST_TRACE_IDS = 3;
const MOST_SLOWEST = 3;
/** Splits that were counted since the last report; more than two are a registry that changes its mind. */
const MOST_SPLITS = 4;
const MAX_NAME_LENGTH = 200;
const MAX_SUBGRAPH_LENGTH = 100;
const MAX_COORDINATE_LENGTH = 300;

/**
 * Counts what both arms of a canary do until somebody takes the counts. Its memory is bounded: 4 splits of 2 arms of 201
 * operations, some 3 KB each.
 */
export class ArmLedger {
  readonly #splits = new Map<string, Counting>();

  record({ release, share }: Pick<Split, 'release' | 'share'>, entry: ArmEntry): void {
    const key = `${release} ${share}`;
    let counting = this.#splits.get(key);
    if (counting === undefined) {
      const [oldest] = this.#splits.keys();
      if (oldest !== undefined && this.#splits.size >= MOST_SPLITS) this.#splits.delete(oldest);
      counting = { release, share, arms: { live: new Map(), canary: new Map() } };
      this.#splits.set(key, counting);
    }
    count(counting.arms[entry.arm], entry);
  }

  /** What was counted since it was last taken, the oldest first. */
  take(): readonly SplitCounts[] {
    const taken = [...this.#splits.values()].map(({ release, share, arms }) => ({
      release,
      share,
      arms: { live: [...arms.live.values()].map(toReport), canary: [...arms.canary.values()].map(toReport) },
    }));
    this.#splits.clear();
    return taken;
  }
}

// Private:

interface Counting {
  readonly release: number;
  readonly share: number;
  readonly arms: Readonly<Record<Arm, Map<string, OperationCounts>>>;
}

interface OperationCounts {
  readonly operation: string;
  readonly name: string | null;
  requests: number;
  errors: number;
  readonly latency: number[];
  readonly failures: Map<string, FailureCount>;
  readonly slowest: SlowRequest[];
}

interface FailureCount extends Failure {
  count: number;
  readonly traceIds: string[];
}

function count(arm: Map<string, OperationCounts>, entry: ArmEntry): void {
  const { operation, durationMs, failures, traceId } = entry;
  const counts = arm.get(operation.hash) ?? add(arm, operation);
  const bucket = latencyBucket(durationMs);
  counts.requests++;
  counts.latency[bucket] = (counts.latency[bucket] ?? 0) + 1;
  keepIfSlow(counts.slowest, entry);
  if (failures.length === 0) return;
  counts.errors++;
  const seen = new Set<string>();
  for (const failure of failures) {
    const key = `${failure.coordinate} ${failure.subgraph} ${failure.code}`;
    // A list of a thousand items that fails in each is one request that failed.
    if (seen.has(key)) continue;
    seen.add(key);
    let known = counts.failures.get(key);
    if (known === undefined) {
      if (counts.failures.size >= MOST_FAILURES) continue;
      known = { ...failure, count: 0, traceIds: [] };
      counts.failures.set(key, known);
    }
    known.count++;
    if (traceId !== undefined && known.traceIds.length < MOST_TRACE_IDS) known.traceIds.push(traceId);
  }
}

/** What it asked for is read from a text, which few requests are slow enough for. */
function keepIfSlow(slowest: SlowRequest[], { durationMs, traceId, report }: ArmEntry): void {
  const last = slowest[MOST_SLOWEST - 1];
  if (last !== undefined && last.ms >= durationMs) return;
  const { name, query } = report.slowest ?? {};
  const coordinate = query === undefined ? undefined : firstAsked(query);
  const request: SlowRequest = {
    ms: durationMs,
    traceId: traceId ?? null,
    subgraph: name?.slice(0, MAX_SUBGRAPH_LENGTH) ?? null,
    coordinate: coordinate?.slice(0, MAX_COORDINATE_LENGTH) ?? null,
  };
  const place = slowest.findIndex(({ ms }) => ms < durationMs);
  slowest.splice(place === -1 ? slowest.length : place, 0, request);
  slowest.length = Math.min(slowest.length, MOST_SLOWEST);
}

function add(arm: Map<string, OperationCounts>, { hash, name }: OperationKey): OperationCounts {
  const isBeyond = arm.size >= MOST_OPERATIONS;
  const operation = isBeyond ? '' : hash;
  const known = arm.get(operation);
  if (known !== undefined) return known;
  const counts: OperationCounts = {
    operation,
    name: isBeyond ? null : (name?.slice(0, MAX_NAME_LENGTH) ?? null),
    requests: 0,
    errors: 0,
    latency: new Array<number>(LATENCY_BUCKETS).fill(0),
    failures: new Map(),
    slowest: [],
  };
  arm.set(operation, counts);
  return counts;
}

function toReport({ failures, ...counts }: OperationCounts): ArmOperation {
  return { ...counts, failures: [...failures.values()] };
}
