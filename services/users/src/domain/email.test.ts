import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.ts';

describe('parseEmail', () => {
  it.each([
    ['mia@example.com', 'mia@example.com'],
    ['  Mia@Example.COM\n', 'mia@example.com'],
    ["o'brien+shop@mail.example.co.uk", "o'brien+shop@mail.example.co.uk"],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('takes %j', (input, email) => {
    expect(parseEmail(input)).toBe(email);
  });

  it.each([
    '',
    ' ',
    'mia',
    'mia@',
    '@example.com',
    'mia@localhost',
    'mia@@example.com',
    'mia@example..com',
    'mia@-example.com',
    'mia @example.com',
    'mia@exam\nple.com',
    'mia\u0000@example.com',
    'mïa@example.com',
    'mia@exämple.com',
    'mia@example.com, sam@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
    `a@${'b'.repeat(64)}.com`,
    '\ud800@example.com',
  ])('refuses %j', (input) => {
    expect(parseEmail(input)).toBeUndefined();
  });

  it('refuses a megabyte without looking at it', () => {
    expect(parseEmail(`${' '.repeat(1_000_000)}mia@example.com`)).toBeUndefined();
  });

  it('refuses letters that lower-casing would turn into another address', () => {
    const kelvin = '\u212a';
    expect(kelvin.toLowerCase()).toBe('k');
    expect(parseEmail(`${kelvin}im@example.com`)).toBeUndefined();
  });
});
