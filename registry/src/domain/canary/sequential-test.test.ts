import { expect, it } from 'vitest';
import { FRESH, look, startAgain, threshold, weightOfRank } from './sequential-test.ts';

it('adds up what looks bring, one look no more than a burst of retries should count', () => {
  expect(look(look(FRESH, 1), 2)).toEqual({ log: 3, start: 1 });
  expect(look(FRESH, 50)).toEqual({ log: 4, start: 1 });
});

it('starts again once it is sure of nothing, and asks for more then', () => {
  const again = look(FRESH, -5);
  expect(again).toEqual({ log: 0, start: 2 });
  expect(threshold(again, 0.01, 1)).toBeGreaterThan(threshold(FRESH, 0.01, 1));
});

it('spends no more than α on all starts of all operations', () => {
  const alpha = 0.01;
  let spent = 0;
  for (let rank = 0; rank < 1_000; rank++) {
    for (let memory = FRESH; memory.start < 200; memory = startAgain(memory)) {
      spent += Math.exp(-threshold(memory, alpha, weightOfRank(rank)));
    }
  }
  expect(spent).toBeLessThanOrEqual(alpha);
  expect(spent).toBeGreaterThan(alpha * 0.95);
});
