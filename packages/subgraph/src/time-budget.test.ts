import { describe, expect, it } from 'vitest';
import { answerMarginMs, readBudgetMs } from './time-budget.ts';

const BUDGET = { defaultMs: 10_000, maxMs: 30_000 };

describe('the time budget of a request', () => {
  it.each([
    ['1500', 1_500],
    ['0', 0],
    ['30000', 30_000],
    ['30001', 30_000],
    ['999999999999999', 30_000],
  ])('is what the header %j says, up to the maximum', (header, ms) => {
    expect(readBudgetMs(header, BUDGET)).toBe(ms);
  });

  it.each([undefined, '', ' 5', '-1', '1.5', '1e3', '0x10', '5s', 'NaN', '٣', '9'.repeat(16), ['5', '5']])(
    'is the default where the header is %j',
    (header) => {
      expect(readBudgetMs(header, BUDGET)).toBe(10_000);
    },
  );

  it('never exceeds the maximum, the default neither', () => {
    expect(readBudgetMs(undefined, { defaultMs: 10_000, maxMs: 1_000 })).toBe(1_000);
  });

  it('leaves a twentieth for the answer, and 50 ms at most', () => {
    expect([20, 200, 1_000, 10_000].map(answerMarginMs)).toEqual([1, 10, 50, 50]);
  });
});
