import { expect, it } from 'vitest';
import { isExactNumber, parseJson } from './parse-json.ts';

it.each([
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '-1e400',
  '1e-400',
  '0.12345678901234567891',
  '12345678.123456789012',
  '3.14159265358979323846',
])('keeps %s as it is written', (number) => {
  const value = parseJson(`{"a":[${number}]}`) as { a: unknown[] };
  expect(isExactNumber(value.a[0])).toBe(true);
  expect(JSON.stringify(value)).toBe(`{"a":[${number}]}`);
});

it.each([
  '0',
  '-1',
  '1.5',
  '9007199254740991',
  '1e3',
  '1E+2',
  '100000000000000000000',
  '0e9',
  '0.1',
  '1700000000000000',
])('makes a number of %s', (number) => {
  expect(parseJson(`[${number}]`)).toEqual([Number(number)]);
});

it('leaves digits in strings alone', () => {
  const text = '{"n":"12345678901234567890","e":"1e999"}';
  expect(parseJson(text)).toEqual({ n: '12345678901234567890', e: '1e999' });
});

it('throws for what is no JSON, with long digits or without', () => {
  expect(() => parseJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  expect(() => parseJson('')).toThrow(SyntaxError);
});

it.each(['', '12345678901234567890,'])(
  'refuses what is nested so deeply that printing it would overflow the stack',
  (item) => {
    const nested = (depth: number) => `${'['.repeat(depth)}${item}1${']'.repeat(depth)}`;
    expect(JSON.stringify(parseJson(nested(900)))).toBe(nested(900));
    expect(() => parseJson(nested(2000))).toThrow(RangeError);
    expect(() => parseJson(nested(100_000))).toThrow(RangeError);
  },
);
