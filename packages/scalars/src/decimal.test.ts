import fc from 'fast-check';
import { parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Decimal } from './decimal.ts';

describe('Decimal', () => {
  it.each([
    ['12.30', '12.30'],
    ['007.30', '7.30'],
    ['000', '0'],
    ['-0.00', '0.00'],
    ['-0.01', '-0.01'],
    [42, '42'],
    [-0, '0'],
    [9_007_199_254_740_993n, '9007199254740993'],
  ])('reads and writes %s as %s', (value, text) => {
    expect(Decimal.parseValue(value)).toBe(text);
    expect(Decimal.serialize(value)).toBe(text);
  });

  it.each(['12.30', '"12.30"'])('reads the literal %s exactly', (literal) => {
    expect(Decimal.parseLiteral(parseValue(literal), {})).toBe('12.30');
  });

  it.each([
    12.3,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    ' 1',
    '1.',
    '.5',
    '+1',
    '1e3',
    '0x10',
    '١٢',
    '1'.repeat(65),
    true,
    null,
    {},
  ])('refuses %j', (value) => {
    expect(() => Decimal.parseValue(value)).toThrow(/Decimal must be/);
  });

  it.each(['1e3', 'true', '[1]'])('refuses the literal %s', (literal) => {
    expect(() => Decimal.parseLiteral(parseValue(literal), {})).toThrow(/Decimal must be/);
  });

  it('keeps what it has written', () => {
    const digits = fc.stringMatching(/^-?\d{1,30}(\.\d{1,30})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        const written = Decimal.parseValue(text);
        return Decimal.parseValue(written) === written && Number(written) === Number(text) + 0;
      }),
    );
  });
});
