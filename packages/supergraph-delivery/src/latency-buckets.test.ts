import { describe, expect, it } from 'vitest';
import { LATENCY_UPPER_BOUNDS_MS, latencyBucket } from './latency-buckets.ts';

describe('latencyBucket', () => {
  it('puts a bound itself below it, and what is above into the next', () => {
    for (const [bucket, bound] of LATENCY_UPPER_BOUNDS_MS.entries()) {
      expect(latencyBucket(bound)).toBe(bucket);
      expect(latencyBucket(bound * 1.001)).toBe(bucket + 1);
    }
  });

  it.each([0, -1, Number.NaN])('counts %d as fast', (duration) => {
    expect(latencyBucket(duration)).toBe(0);
  });

  it('counts hours in the last bucket', () => {
    expect(latencyBucket(3_600_000)).toBe(63);
  });

  it('spans 0.25 ms to more than ten seconds', () => {
    expect(LATENCY_UPPER_BOUNDS_MS[0]).toBe(0.25);
    expect(LATENCY_UPPER_BOUNDS_MS.at(-1)).toBeGreaterThan(10_000);
  });
});
