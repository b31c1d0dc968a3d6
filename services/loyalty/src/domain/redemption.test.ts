import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultOf, faultOfRetry, MAX_REDEMPTION } from './redemption.ts';

describe('faultOf', () => {
  it.each([1, 500, MAX_REDEMPTION])('finds nothing wrong with %i points', (points) => {
    expect(faultOf({ points, idempotencyKey: null })).toBeNull();
  });

  it.each([0, -1, -0, 1.5, MAX_REDEMPTION + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d points',
    (points) => {
      expect(faultOf({ points, idempotencyKey: null })).toMatchObject({ field: 'points' });
    },
  );

  it.each(['', ' ', 'a b', 'tab\t', 'nul\0', 'ключ', 'k'.repeat(129)])(
    'refuses the key %j',
    (idempotencyKey) => {
      expect(faultOf({ points: 1, idempotencyKey })).toMatchObject({ field: 'idempotencyKey' });
    },
  );

  it('takes every UUID as a key', () => {
    fc.assert(
      fc.property(fc.uuid(), (idempotencyKey) => {
        expect(faultOf({ points: 1, idempotencyKey })).toBeNull();
      }),
    );
  });
});

describe('faultOfRetry', () => {
  it('accepts the same points and refuses others, naming both', () => {
    expect(faultOfRetry({ points: 20, idempotencyKey: 'k' }, -20)).toBeNull();
    expect(faultOfRetry({ points: 30, idempotencyKey: 'k' }, -20)?.message).toBe(
      'This idempotency key was used to redeem 20 points, not 30.',
    );
  });
});
