import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles with each failure up to five seconds, and spreads over the later half', () => {
  const longest = [1, 2, 3, 6, 100].map((failures) => backoffMs(failures, () => 1));
  expect(longest).toEqual([250, 500, 1_000, 5_000, 5_000]);
  expect(backoffMs(1, () => 0)).toBe(125);
});
