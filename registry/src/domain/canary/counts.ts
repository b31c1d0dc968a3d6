import type { Arms, Rates } from './evidence.ts';
import { type LatencyCounts, slowFrom, slowTally } from './latency.ts';

export interface ArmCounts {
  readonly requests: number;
  readonly errors: number;
  readonly latency: LatencyCounts;
}

/** What both arms did with one operation since the share is what it is, summed over all gateways. */
export interface OperationCounts {
  readonly operation: string;
  readonly live: ArmCounts;
  readonly canary: ArmCounts;
}

/**
 * Those beyond the bounds of reports, as one. They are part of the total, but cannot be compared: the busier arm has more
 * operations beyond its bounds, and others.
 */
export const OTHERS = '';

/** What the arms of an operation are compared by: failures, and how many are slower than a part of the live requests. */
export const TESTS = ['errors', 'slowest-half', 'slowest-tenth', 'slowest-hundredth'] as const;
export type TestName = (typeof TESTS)[number];

export const NO_COUNTS: ArmCounts = { requests: 0, errors: 0, latency: [] };

/** Requests of an operation as a test sees them: those that failed are bad, or those that were slow. */
export interface Subject {
  readonly arms: Arms;
  /** Where requests count as slow, in milliseconds. */
  readonly slowFromMs?: Rates;
}

/** Undefined while `known`, the live requests so far, do not tell what is slow. */
export function toSubject(
  test: TestName,
  { live, canary }: OperationCounts,
  known: LatencyCounts,
  upperBoundsMs: readonly number[],
): Subject | undefined {
  if (test === 'errors') return { arms: toFailures({ live, canary }) };
  const from = slowFrom(known, SLOW_SHARES[test], upperBoundsMs);
  if (from === undefined) return undefined;
  return {
    arms: { live: slowTally(live.latency, from.live), canary: slowTally(canary.latency, from.canary) },
    slowFromMs: { live: upperBoundsMs[from.live - 1] ?? 0, canary: upperBoundsMs[from.canary - 1] ?? 0 },
  };
}

export function toFailures({ live, canary }: Pick<OperationCounts, 'live' | 'canary'>): Arms {
  return {
    live: { requests: live.requests, bad: live.errors },
    canary: { requests: canary.requests, bad: canary.errors },
  };
}

/** Failures of all operations. */
export function total(counts: readonly OperationCounts[]): Arms {
  return sumArms(counts.map(toFailures));
}

export function sumArms(arms: readonly Arms[]): Arms {
  const add = (arm: 'live' | 'canary') => ({
    requests: arms.reduce((sum, tally) => sum + tally[arm].requests, 0),
    bad: arms.reduce((sum, tally) => sum + tally[arm].bad, 0),
  });
  return { live: add('live'), canary: add('canary') };
}

/** What has come since. */
export function difference(now: OperationCounts, before: OperationCounts): OperationCounts {
  const arm = (name: 'live' | 'canary'): ArmCounts => ({
    requests: now[name].requests - before[name].requests,
    errors: now[name].errors - before[name].errors,
    latency: now[name].latency.map((count, bucket) => count - (before[name].latency[bucket] ?? 0)),
  });
  return { operation: now.operation, live: arm('live'), canary: arm('canary') };
}

// Private:

const SLOW_SHARES: Readonly<Record<Exclude<TestName, 'errors'>, number>> = {
  'slowest-half': 0.5,
  'slowest-tenth': 0.1,
  'slowest-hundredth': 0.01,
};
