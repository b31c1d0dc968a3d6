import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAmount, MAX_POINTS_PER_ORDER, pointsForAmount } from './points.ts';

describe('pointsForAmount', () => {
  it.each([
    ['0', 0],
    ['0.99', 0],
    ['1', 1],
    ['12.30', 12],
    ['12.99', 12],
    ['0012.50', 12],
    ['1000000', MAX_POINTS_PER_ORDER],
    ['1000001.00', MAX_POINTS_PER_ORDER],
    ['999999999999999999999999999999', MAX_POINTS_PER_ORDER],
  ])('gives one point for each whole unit of %s', (amount, points) => {
    expect(pointsForAmount(amount)).toBe(points);
  });

  it.each([
    '',
    '-1',
    '+1',
    '1e3',
    '1.',
    '.5',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    'NaN',
    'Infinity',
    '0x10',
    '١',
    '9'.repeat(31),
  ])('refuses %j, which is no amount', (text) => {
    expect(isAmount(text)).toBe(false);
    expect(() => pointsForAmount(text)).toThrow(RangeError);
  });

  it('never looks at what is less than a unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: MAX_POINTS_PER_ORDER }), fc.nat({ max: 99 }), (units, cents) => {
        expect(pointsForAmount(`${units}.${String(cents).padStart(2, '0')}`)).toBe(units);
      }),
    );
  });

  it('never gives fewer points for a higher total, nor more than the bound', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        (a, b) => {
          const points = pointsForAmount(String(a));
          expect(points).toBeLessThanOrEqual(pointsForAmount(String(a + b)));
          expect(points).toBeLessThanOrEqual(MAX_POINTS_PER_ORDER);
        },
      ),
    );
  });

  it('answers every text with points or a RangeError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (isAmount(text)) expect(pointsForAmount(text)).toBeGreaterThanOrEqual(0);
        else expect(() => pointsForAmount(text)).toThrow(RangeError);
      }),
    );
  });
});
