import { array, assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { KeyNumbers } from './key-numbers.ts';

it('numbers keys in the order of their first coming, whatever they are', () => {
  assert(
    property(array(string({ maxLength: 3 }), { maxLength: 200 }), (keys) => {
      const numbers = new KeyNumbers();
      const distinct = [...new Set(keys)];
      expect(keys.map((key) => numbers.of(key))).toEqual(keys.map((key) => distinct.indexOf(key)));
      expect(numbers.keys).toEqual(distinct);
    }),
  );
});

it('knows each of 20,000 again', () => {
  const numbers = new KeyNumbers();
  const keys = Array.from({ length: 20_000 }, (_, index) => `"${index}"`);
  for (const key of keys) numbers.of(key);
  expect(keys.map((key) => numbers.of(key))).toEqual(keys.map((_, index) => index));
});

it('tells keys apart that differ only in what is not hashed', () => {
  const numbers = new KeyNumbers();
  const keys = Array.from({ length: 5_000 }, (_, index) => {
    // Of each four characters one is hashed, and it is the last.
    const digits = [...String(index).padStart(12, '0')].map((digit) => `${digit}--x`).join('');
    return `${digits}${'----'.repeat(4)}`;
  });
  expect(keys.map((key) => numbers.of(key))).toEqual(keys.map((_, index) => index));
  expect(keys.map((key) => numbers.of(key))).toEqual(keys.map((_, index) => index));
  expect(numbers.keys).toEqual(keys);
});
