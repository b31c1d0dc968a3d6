import { parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DateTime } from './date-time.ts';

describe('DateTime', () => {
  it('is written in UTC with milliseconds', () => {
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(DateTime.serialize('2026-11-20T10:30:00+01:00')).toBe('2026-11-20T09:30:00.000Z');
  });

  it.each([
    ['2026-11-20T09:30:00Z', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20t09:30:00z', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20T09:30:00.123456789Z', '2026-11-20T09:30:00.123Z'],
    ['2026-11-20T00:30:00+05:30', '2026-11-19T19:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ])('reads %s', (text, moment) => {
    expect(DateTime.parseValue(text).toISOString()).toBe(moment);
    expect(DateTime.parseLiteral(parseValue(JSON.stringify(text)), {}).toISOString()).toBe(moment);
  });

  it.each([
    '',
    '2026-11-20',
    '2026-11-20T09:30:00',
    '2026-11-20 09:30:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00+24:00',
    '0000-01-01T00:00:00+01:00',
    '+012026-01-01T00:00:00Z',
    0,
    1e12,
    null,
    {},
  ])('refuses %j', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow(/DateTime must be RFC 3339/);
  });

  it.each([new Date(Number.NaN), new Date(8.64e15), 1e12, null])('does not write %j', (value) => {
    expect(() => DateTime.serialize(value)).toThrow(/DateTime cannot represent/);
  });
});
