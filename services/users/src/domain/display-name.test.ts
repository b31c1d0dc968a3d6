import { describe, expect, it } from 'vitest';
import { parseDisplayName } from './display-name.ts';

describe('parseDisplayName', () => {
  it.each([
    ['Mia Lindqvist', 'Mia Lindqvist'],
    ['  Mia ', 'Mia'],
    ['李小龍', '李小龍'],
    ['می‌خواهم', 'می‌خواهم'],
    ['👩‍💻', '👩‍💻'],
    ['Zoe\u0308', 'Zoë'],
    ['😀'.repeat(80), '😀'.repeat(80)],
  ])('takes %j', (input, displayName) => {
    expect(parseDisplayName(input)).toEqual({ valid: true, displayName });
  });

  it.each([
    ['', 'at least one visible character'],
    [' \t ', 'at least one visible character'],
    ['\u200b\u200d', 'at least one visible character'],
    ['Mia\u0000', 'control characters'],
    ['Mia\nLindqvist', 'control characters'],
    ['Mia\u001b[31m', 'control characters'],
    ['Mia\u2028Lindqvist', 'control characters'],
    ['\u202eaiM', 'control characters'],
    ['Mia \ud83d', 'well-formed'],
    ['a'.repeat(81), 'at most 80'],
    ['a'.repeat(1_000), 'at most 80'],
  ])('refuses %j', (input, reason) => {
    expect(parseDisplayName(input)).toEqual({ valid: false, message: expect.stringContaining(reason) });
  });
});
