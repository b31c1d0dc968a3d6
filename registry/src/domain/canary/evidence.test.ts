import { describe, expect, it } from 'vitest';
import { logEvidence, type Rates, type Tolerance } from './evidence.ts';

const EQUAL: Tolerance = { ratio: 1, extra: 0 };
const LENIENT: Tolerance = { ratio: 1.2, extra: 0.01 };

describe('logEvidence', () => {
  it.each<[string, Tolerance, Rates, Rates]>([
    ['equal rates', EQUAL, { live: 0.1, canary: 0.1 }, { live: 0.05, canary: 0.2 }],
    ['rates on the line', LENIENT, { live: 0.1, canary: 0.13 }, { live: 0.05, canary: 0.4 }],
    ['a better canary', LENIENT, { live: 0.3, canary: 0.1 }, { live: 0.2, canary: 0.5 }],
    ['a guess that is far off', LENIENT, { live: 0.6, canary: 0.7 }, { live: 0.01, canary: 0.9 }],
    ['harm, for a guess of none', EQUAL, { live: 0.1, canary: 0.3 }, { live: 0.1, canary: 0.05 }],
  ])(
    'is 1 on average at most under %s, by all outcomes of 12 and 5 requests',
    (_name, line, truth, guess) => {
      expect(meanEvidence(truth, guess, line)).toBeLessThanOrEqual(1 + 1e-9);
    },
  );

  it('is 1 on average at most where rates differ from request to request and only their means are equal', () => {
    // Half of each arm's requests always fail: the arms fail alike, and not at all like a coin.
    const guess = { live: 0.4, canary: 0.6 };
    const evidence = logEvidence(
      { live: { requests: 10, bad: 5 }, canary: { requests: 4, bad: 2 } },
      guess,
      EQUAL,
    );
    expect(Math.exp(evidence)).toBeLessThanOrEqual(1);
  });

  it('grows where the guess comes true', () => {
    const arms = { live: { requests: 1_000, bad: 1 }, canary: { requests: 100, bad: 5 } };
    expect(logEvidence(arms, { live: 0.001, canary: 0.05 }, EQUAL)).toBeGreaterThan(9);
    expect(logEvidence(arms, { live: 0.001, canary: 0.05 }, LENIENT)).toBeGreaterThan(2);
  });

  it('is none while an arm has no requests, and finite at the edges', () => {
    const none = { requests: 0, bad: 0 };
    const guess = { live: 0, canary: 1 };
    expect(logEvidence({ live: none, canary: { requests: 9, bad: 9 } }, guess, EQUAL)).toBe(0);
    expect(logEvidence({ live: { requests: 9, bad: 0 }, canary: none }, guess, EQUAL)).toBe(0);
    const all = { live: { requests: 9, bad: 9 }, canary: { requests: 9, bad: 0 } };
    expect(logEvidence(all, guess, LENIENT)).toBeLessThan(0);
    expect(Number.isFinite(logEvidence(all, guess, LENIENT))).toBe(true);
    expect(Number.isFinite(logEvidence(all, guess, { ratio: 1, extra: 0.5 }))).toBe(true);
  });
});

function meanEvidence(truth: Rates, guess: Rates, tolerance: Tolerance): number {
  const [live, canary] = [12, 5];
  let mean = 0;
  for (let liveBad = 0; liveBad <= live; liveBad++) {
    for (let canaryBad = 0; canaryBad <= canary; canaryBad++) {
      const probability = binomial(live, liveBad, truth.live) * binomial(canary, canaryBad, truth.canary);
      const arms = {
        live: { requests: live, bad: liveBad },
        canary: { requests: canary, bad: canaryBad },
      };
      mean += probability * Math.exp(logEvidence(arms, guess, tolerance));
    }
  }
  return mean;
}

function binomial(count: number, hits: number, rate: number): number {
  let ways = 1;
  for (let hit = 1; hit <= hits; hit++) ways = (ways * (count - hit + 1)) / hit;
  return ways * rate ** hits * (1 - rate) ** (count - hits);
}
