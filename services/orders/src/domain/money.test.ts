import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDecimal } from './money.ts';

describe('toDecimal', () => {
  it.each([
    [0n, 'EUR', '0.00'],
    [1n, 'EUR', '0.01'],
    [10n, 'EUR', '0.10'],
    [1230n, 'EUR', '12.30'],
    [-5n, 'EUR', '-0.05'],
    [-1230n, 'EUR', '-12.30'],
    [1230n, 'JPY', '1230'],
    [1230n, 'KWD', '1.230'],
    [9_223_372_036_854_775_807n, 'EUR', '92233720368547758.07'],
  ])('writes %s minor units of %s as %s', (amountMinor, currency, text) => {
    expect(toDecimal({ amountMinor, currency })).toBe(text);
  });

  it('loses nothing: the digits are those of the minor units', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.constantFrom('EUR', 'JPY', 'KWD'), (amountMinor, currency) => {
        expect(BigInt(toDecimal({ amountMinor, currency }).replace('.', ''))).toBe(amountMinor);
      }),
    );
  });
});
