import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

const ALMOST_ONE = 1 - 2 ** -53;

describe('retryDelayMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [600, 300_000],
    [100_000, 300_000],
  ])('waits after attempt %i at most %i ms', (attempt, mostMs) => {
    expect(retryDelayMs(attempt, ALMOST_ONE)).toBeGreaterThan(mostMs - 2);
    expect(retryDelayMs(attempt, ALMOST_ONE)).toBeLessThanOrEqual(mostMs);
  });

  it('spreads over the whole range, down to none', () => {
    expect(retryDelayMs(5, 0)).toBe(0);
    expect(retryDelayMs(5, 0.5)).toBe(8_000);
  });

  it('gives 600 attempts about a day', () => {
    const delays = Array.from({ length: 600 }, (_, index) => retryDelayMs(index + 1, 0.5));
    const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(26);
  });
});
