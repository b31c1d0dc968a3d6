import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTierOf, TIER_STEPS, tierOf } from './tiers.ts';

describe('tiers', () => {
  it.each([
    [-50, 'BRONZE', { tier: 'SILVER', pointsNeeded: 1_050 }],
    [0, 'BRONZE', { tier: 'SILVER', pointsNeeded: 1_000 }],
    [999, 'BRONZE', { tier: 'SILVER', pointsNeeded: 1 }],
    [1_000, 'SILVER', { tier: 'GOLD', pointsNeeded: 4_000 }],
    [4_999, 'SILVER', { tier: 'GOLD', pointsNeeded: 1 }],
    [5_000, 'GOLD', { tier: 'PLATINUM', pointsNeeded: 15_000 }],
    [20_000, 'PLATINUM', null],
    [2_000_000_000, 'PLATINUM', null],
  ])('with %i points earned is %s', (earned, tier, next) => {
    expect(tierOf(earned)).toBe(tier);
    expect(nextTierOf(earned)).toEqual(next);
  });

  it('lead to the next tier with exactly the points it says are needed, and not with one less', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 30_000 }), (earned) => {
        const next = nextTierOf(earned);
        if (next === null) return;
        expect(next.pointsNeeded).toBeGreaterThanOrEqual(1);
        expect(tierOf(earned + next.pointsNeeded)).toBe(next.tier);
        expect(tierOf(earned + next.pointsNeeded - 1)).toBe(tierOf(earned));
      }),
    );
  });

  it('begin where the schema tells clients that they do', () => {
    const schema = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    for (const { tier, from } of TIER_STEPS) {
      expect(schema).toContain(`"From ${from.toLocaleString('en-US')} points earned."\n  ${tier}\n`);
    }
  });
});
