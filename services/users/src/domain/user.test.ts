import { expect, it } from 'vitest';
import { parseUserId } from './user.ts';

it('takes a UUID in either case and gives the form that the database has', () => {
  expect(parseUserId('0190F5D4-7C1A-7000-8000-00000000ABCD')).toBe('0190f5d4-7c1a-7000-8000-00000000abcd');
});

it.each([
  '',
  '1',
  'me',
  '0190f5d47c1a70008000000000000abc',
  '{0190f5d4-7c1a-7000-8000-00000000abcd}',
  "' or 1=1",
])('takes %j for an id that no user has', (id) => {
  expect(parseUserId(id)).toBeUndefined();
});
