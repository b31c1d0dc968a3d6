import { describe, expect, it } from 'vitest';
import type { UsageReport } from './usage.ts';
import { judge, TOLERABLE_SHARE } from './verdict.ts';

function verdict(usage: Partial<UsageReport>, apps: readonly string[] = [], hurts = ['User.name']) {
  return judge({
    hurts,
    usage: { samples: 0, uses: new Map(), ...usage },
    apps,
    tolerableShare: TOLERABLE_SHARE,
  });
}

describe('the verdict on a breaking change', () => {
  it.each([
    [0, 'inconclusive', undefined],
    [1, 'inconclusive', 1],
    [2_999, 'inconclusive', 3 / 2_999],
    [3_000, 'safe', 0.001],
    [1_000_000, 'safe', 0.000003],
  ])('after %i samples without a use is: %s', (samples, kind, upperBound) => {
    const { kind: judged, upperBound: bound } = verdict({ samples });
    expect([judged, bound]).toEqual([kind, upperBound]);
  });

  it('says how sure it is, and what would be enough', () => {
    expect(verdict({ samples: 100 }).why).toBe(
      '0 uses in 100 samples: with 95 % confidence less than 3.0 % of requests use it; too few to tell, 3000 samples would do',
    );
    expect(verdict({ samples: 10_000 }).why).toBe(
      '0 uses in 10000 samples: with 95 % confidence less than 0.030 % of requests use it',
    );
  });

  it('is as sure as the exact bound for no success in n trials, on the safe side', () => {
    for (const samples of [10, 100, 3_000, 1_000_000]) {
      const exact = 1 - 0.05 ** (1 / samples);
      const { upperBound = 0 } = verdict({ samples });
      expect(upperBound).toBeGreaterThanOrEqual(exact);
      expect(upperBound).toBeLessThan(exact * 1.2);
    }
  });

  it('counts the most used of several coordinates, and names all who use one', () => {
    const uses = new Map([
      ['A.a', { count: 5, clients: ['web 1', 'ios 2'] }],
      ['A.b', { count: 7, clients: ['web 1'] }],
      ['Other.c', { count: 900, clients: ['tv 3'] }],
    ]);
    expect(verdict({ samples: 1_000, uses }, [], ['A.a', 'A.b'])).toMatchObject({
      kind: 'unsafe',
      uses: 7,
      usedBy: ['web 1', 'ios 2'],
      why: '7 uses in 1000 samples (0.70 % of requests): web 1, ios 2',
    });
  });

  it('is unsafe for a registered app, however many samples there are', () => {
    expect(verdict({ samples: 1e9 }, ['ios 3.1'])).toMatchObject({
      kind: 'unsafe',
      uses: 0,
      usedBy: ['ios 3.1'],
    });
  });

  it('names no more clients than can be read', () => {
    const clients = Array.from({ length: 40 }, (_, index) => `web ${index}`);
    const { why } = verdict({ samples: 50, uses: new Map([['User.name', { count: 40, clients }]]) });
    expect(why).toBe(
      '40 uses in 50 samples (80.0 % of requests): web 0, web 1, web 2, web 3, web 4, 35 more',
    );
  });
});
