import { describe, expect, it } from 'vitest';
import { mayRead, requireUser } from './access.ts';
import { SIGNED_OUT, signedIn } from './testing.ts';

describe('requireUser', () => {
  it("returns the signed-in user's id", () => {
    expect(requireUser(signedIn('mia'))).toBe('mia');
  });

  it('throws UNAUTHENTICATED for a signed-out caller', () => {
    expect(() => requireUser(SIGNED_OUT)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});

describe('mayRead', () => {
  it.each([
    ['their own data to a user', signedIn('mia'), true],
    ["another user's data to support", signedIn('sam', 'support'), true],
    ["another user's data to nobody else", signedIn('leo'), false],
    ["another user's data to no other role", signedIn('leo', 'admin'), false],
    ['nothing to a signed-out caller', SIGNED_OUT, false],
  ])('shows %s', (_case, identity, answer) => {
    expect(mayRead(identity, 'mia')).toBe(answer);
  });
});
