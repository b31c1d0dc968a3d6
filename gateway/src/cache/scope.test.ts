import { expect, it } from 'vitest';
import { createScopes } from './scope.ts';

const scopesOf = createScopes(new Set(['x-request-id']));

function of(
  subject: string | null,
  roles: readonly string[] = [],
  forwardedHeaders: Record<string, string> = {},
) {
  return scopesOf({ identity: { subject, roles }, forwardedHeaders });
}

it.each([
  ['another subject', of('leo')],
  ['nobody', of(null)],
  ['another role', of('mia', ['support'])],
  ['another header', of('mia', [], { 'accept-language': 'de' })],
  ['other credentials', of('mia', [], { authorization: 'Bearer x' })],
])('tells %s apart in what is private', (_case, other) => {
  expect(other.own).not.toBe(of('mia').own);
});

it('does not confuse who is called like somebody else’s facts', () => {
  expect(of('a","b').own).not.toBe(of('a', ['b']).own);
  expect(of('null').own).not.toBe(of(null).own);
});

it('knows the same caller again', () => {
  expect(of('mia', ['a', 'b'], { a: '1', b: '2', 'x-request-id': '1' })).toEqual(
    of('mia', ['b', 'a'], { b: '2', a: '1', 'x-request-id': '2' }),
  );
});

it('shares what is public with everybody, as far as headers do not differ', () => {
  expect(of('mia', ['support'], { authorization: 'x', cookie: 'y' }).shared).toBe(of(null).shared);
  expect(of('mia', [], { 'accept-language': 'de' }).shared).not.toBe(of('mia').shared);
});
