import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUuid } from './uuid.ts';

describe('parseUuid', () => {
  it('gives every UUID in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(parseUuid(id.toUpperCase())).toBe(id);
      }),
    );
  });

  it.each([
    '',
    '1',
    'me',
    '{00000000-0000-4000-8000-000000000000}',
    '00000000000040008000000000000000',
    "' or 1=1",
  ])('knows that %j is the id of nothing', (text) => expect(parseUuid(text)).toBeNull());
});
