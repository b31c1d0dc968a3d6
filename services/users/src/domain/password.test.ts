import { describe, expect, it } from 'vitest';
import { parsePassword } from './password.ts';

describe('parsePassword', () => {
  it('takes any text of 8 to 128 characters as it is', () => {
    for (const password of [
      '12345678',
      ' spaces count ',
      '密码密码密码密码',
      '😀'.repeat(128),
      'nul\u0000 too',
    ]) {
      expect(parsePassword(password)).toEqual({ valid: true, password });
    }
  });

  it('makes one password of the two ways to write an accent', () => {
    expect(parsePassword('cafe\u0301 au lait')).toEqual(parsePassword('caf\u00e9 au lait'));
  });

  it.each([
    ['', 'at least 8'],
    ['1234567', 'at least 8'],
    ['😀'.repeat(7), 'at least 8'],
    ['a'.repeat(129), 'at most 128'],
    ['a'.repeat(1_000), 'at most 128'],
    ['abcdefgh\udc00', 'well-formed'],
  ])('refuses %j', (input, reason) => {
    expect(parsePassword(input)).toEqual({ valid: false, message: expect.stringContaining(reason) });
  });
});
