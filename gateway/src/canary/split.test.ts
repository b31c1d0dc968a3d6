import { describe, expect, it } from 'vitest';
import { createSplit } from './split.ts';

const CALLERS = Array.from({ length: 10_000 }, (_, index) => `user:${index}`);
const options = { release: 7, digest: 'd'.repeat(64), salt: 'a salt of its own' };

function canaryOf(more: Partial<Parameters<typeof createSplit>[0]>): ReadonlySet<string> {
  const split = createSplit({ ...options, share: 10, ...more });
  return new Set(CALLERS.filter((caller) => split.armOf(caller) === 'canary'));
}

describe('createSplit', () => {
  it.each(['one', 'two', 'three', 'four', 'five'])(
    'gives 9 to 11 %% of 10,000 callers for 10 %% (salt %s)',
    (salt) => {
      const { size } = canaryOf({ salt });
      expect(size).toBeGreaterThanOrEqual(900);
      expect(size).toBeLessThanOrEqual(1_100);
    },
  );

  it('has the same callers on every gateway', () => {
    expect(canaryOf({})).toEqual(canaryOf({}));
  });

  it('keeps everybody who was in while the share grows', () => {
    const steps = [1, 10, 50, 100].map((share) => canaryOf({ share }));
    for (const [index, wider] of steps.slice(1).entries()) {
      expect(steps[index]?.isSubsetOf(wider)).toBe(true);
    }
    expect(steps.at(-1)?.size).toBe(CALLERS.length);
  });

  it('has nobody in at 0 %', () => {
    expect(canaryOf({ share: 0 }).size).toBe(0);
  });

  it('draws others with another salt, and others for another canary', () => {
    const first = canaryOf({});
    for (const other of [canaryOf({ salt: 'another' }), canaryOf({ digest: 'e'.repeat(64) })]) {
      expect(first.intersection(other).size).toBeLessThan(200);
    }
  });
});
