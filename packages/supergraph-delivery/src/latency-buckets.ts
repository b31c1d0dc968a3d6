/** How many counts a latency histogram has. */
export const LATENCY_BUCKETS = 64;

const FIRST_MS = 0.25;
const PER_DOUBLING = 4;

/**
 * Where the buckets end, in milliseconds: each 19 % after the one before, from 0.25 ms to 11.6 s; the last bucket has no end.
 * Counts of several gateways add up only because all share these: a change needs another field.
 */
export const LATENCY_UPPER_BOUNDS_MS: readonly number[] = Array.from(
  { length: LATENCY_BUCKETS - 1 },
  (_, bucket) => FIRST_MS * 2 ** (bucket / PER_DOUBLING),
);

/** Of a duration; one that is exactly at a bound belongs below it. */
export function latencyBucket(durationMs: number): number {
  if (!(durationMs > FIRST_MS)) return 0;
  const bucket = Math.ceil(Math.log2(durationMs / FIRST_MS) * PER_DOUBLING - ROUNDING);
  return Math.min(LATENCY_BUCKETS - 1, bucket);
}

// Private:

/** What a logarithm of a bound itself may be off by. */
const ROUNDING = 1e-9;
