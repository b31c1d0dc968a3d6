import { describe, expect, it } from 'vitest';
import { createRestartDelay } from './restart-delay.ts';

describe('createRestartDelay', () => {
  it('starts again at once, then ever later, and never gives up', () => {
    const delayOf = createRestartDelay();
    const delays = Array.from({ length: 12 }, () => delayOf(50));
    expect(delays.slice(0, 5)).toEqual([0, 100, 200, 400, 800]);
    expect(delays.at(-1)).toBe(30_000);
  });

  it('forgets early deaths once a worker has lived for a minute', () => {
    const delayOf = createRestartDelay();
    expect([delayOf(50), delayOf(50), delayOf(60_000), delayOf(50)]).toEqual([0, 100, 0, 100]);
  });
});
