import { expect, it } from 'vitest';
import { quantileMs, slowFrom, slowTally } from './latency.ts';

/** 1, 2, 4, … 128 ms, and above. */
const BOUNDS = Array.from({ length: 8 }, (_, bucket) => 2 ** bucket);

it('calls the slowest part slow, and lets the canary take a quarter and 5 ms longer', () => {
  const counts = [0, 0, 0, 0, 10, 60, 20, 10, 0];
  // 90 of 100 took 64 ms at most; the canary has until the next bound above 80.
  expect(slowFrom(counts, 0.1, BOUNDS)).toEqual({ live: 7, canary: 8 });
  expect(slowTally(counts, 7)).toEqual({ requests: 100, bad: 10 });
});

it('does not call milliseconds slow that nobody notices', () => {
  const from = slowFrom([50, 40, 10, 0, 0, 0, 0, 0, 0], 0.1, BOUNDS);
  expect(from).toEqual({ live: 2, canary: 4 });
});

it.each([
  ['while few requests are known', [10, 5, 0, 0, 0, 0, 0, 0, 0]],
  ['where nothing is known', []],
  ['where the slow ones are beyond the last bound', [0, 0, 0, 0, 0, 0, 0, 10, 90]],
])('does not tell what is slow %s', (_when, counts) => expect(slowFrom(counts, 0.1, BOUNDS)).toBeUndefined());

it('tells quantiles as bounds of buckets', () => {
  const counts = [0, 0, 0, 0, 10, 60, 20, 10, 0];
  expect([0.5, 0.9, 0.99].map((share) => quantileMs(counts, share, BOUNDS))).toEqual([32, 64, 128]);
  expect(quantileMs([], 0.5, BOUNDS)).toBeUndefined();
});
