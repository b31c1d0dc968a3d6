import type { UsersContext } from '../context.ts';
import { parseEmail } from '../domain/email.ts';
import { parsePassword } from '../domain/password.ts';
import type { User } from '../domain/user.ts';
import { findCredentials, replacePasswordHash } from '../store/users.ts';

export type SignInResult =
  | { readonly __typename: 'SignInSuccess'; readonly token: string; readonly user: User }
  | { readonly __typename: 'InvalidCredentials'; readonly message: string };

const INVALID: SignInResult = {
  __typename: 'InvalidCredentials',
  message: 'The e-mail address or the password is wrong.',
};

export async function signIn(
  _parent: unknown,
  { input }: { readonly input: { readonly email: string; readonly password: string } },
  { db, passwords, tokens }: UsersContext,
): Promise<SignInResult> {
  const email = parseEmail(input.email);
  const password = parsePassword(input.password);
  // What no account can have is answered at once: this time tells about the input only, not about any account.
  if (email === undefined || !password.valid) return INVALID;

  // From here on an unknown address and a wrong password take the same way: one read, one hash.
  const found = await findCredentials(db, email);
  const verified = await passwords.verify(password.password, found?.passwordHash);
  if (found === undefined || !verified) return INVALID;

  if (passwords.needsRehash(found.passwordHash)) {
    await replacePasswordHash(db, found.user.id, found.passwordHash, await passwords.hash(password.password));
  }
  return { __typename: 'SignInSuccess', user: found.user, token: await tokens.issue(found.user) };
}
