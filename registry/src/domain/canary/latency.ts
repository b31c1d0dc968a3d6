import type { Tally } from './evidence.ts';

/** Requests per bucket of time. */
export type LatencyCounts = readonly number[];

/** Where live requests count as slow, and canary requests, which may take longer. */
export interface SlowFrom {
  /** The first bucket that is slow. */
  readonly live: number;
  readonly canary: number;
}

/** How much longer a canary may take before it counts as slower: by a quarter, and by what a person could notice. */
const TOLERABLE_RATIO = 1.25;
const TOLERABLE_MS = 5;
/** Before so many live requests were seen, nobody knows what is slow. */
const FEWEST = 20;

/**
 * The bucket from which `share` of the live requests or fewer were slow so far; undefined while too few are known, or where
 * what is slow for the canary is beyond the last bound.
 */
export function slowFrom(
  known: LatencyCounts,
  share: number,
  upperBoundsMs: readonly number[],
): SlowFrom | undefined {
  const requests = sum(known);
  if (requests < FEWEST) return undefined;
  const live = bucketAbove(known, share * requests);
  const limitMs = upperBoundsMs[live - 1];
  if (limitMs === undefined) return undefined;
  const tolerableMs = Math.max(limitMs * TOLERABLE_RATIO, limitMs + TOLERABLE_MS);
  const canary = upperBoundsMs.findIndex((bound) => bound >= tolerableMs * (1 - 1e-9));
  return canary === -1 ? undefined : { live, canary: canary + 1 };
}

export function slowTally(counts: LatencyCounts, from: number): Tally {
  return { requests: sum(counts), bad: sum(counts.slice(from)) };
}

/** Below which so many of the requests were, at most: the bound of their bucket. Undefined for none, and beyond the last bound. */
export function quantileMs(
  counts: LatencyCounts,
  share: number,
  upperBoundsMs: readonly number[],
): number | undefined {
  const requests = sum(counts);
  // 1 - 0.9 is a little less than a tenth.
  const above = (1 - share) * requests + 1e-9;
  return requests === 0 ? undefined : upperBoundsMs[bucketAbove(counts, above) - 1];
}

// Private:

function sum(counts: LatencyCounts): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** The first bucket such that it and those above hold at most so many. */
function bucketAbove(counts: LatencyCounts, most: number): number {
  let above = 0;
  for (let bucket = counts.length - 1; bucket >= 0; bucket--) {
    above += counts[bucket] ?? 0;
    if (above > most) return bucket + 1;
  }
  return 0;
}
