import type { UsersContext } from '../context.ts';
import { parseEmail } from '../domain/email.ts';
import { parsePassword } from '../domain/password.ts';
import type { User } from '../domain/user.ts';
import { countAttempt, forgetAttempts } from '../store/sign-in-attempts.ts';
import { findCredentials, replacePasswordHash } from '../store/users.ts';

export type SignInResult =
  | { readonly __typename: 'SignInSuccess'; readonly token: string; readonly user: User }
  | { readonly __typename: 'InvalidCredentials'; readonly message: string }
  | { readonly __typename: 'TooManyAttempts'; readonly message: string; readonly retryAfterSeconds: number };

const INVALID: SignInResult = {
  __typename: 'InvalidCredentials',
  message: 'The e-mail address or the password is wrong.',
};

export async function signIn(
  _parent: unknown,
  { input }: { readonly input: { readonly email: string; readonly password: string } },
  { db, passwords, tokens, maxSignInAttempts }: UsersContext,
): Promise<SignInResult> {
  const email = parseEmail(input.email);
  const password = parsePassword(input.password);
  // What no account can have is answered at once: this time tells about the input only, not about any account.
  if (email === undefined || !password.valid) return INVALID;

  // From here on an unknown address and a wrong password take the same way: one count, one read, one hash.
  const { count, remainingS } = await countAttempt(db, email);
  if (count > maxSignInAttempts) return tooManyAttempts(remainingS);
  const found = await findCredentials(db, email);
  const verified = await passwords.verify(password.password, found?.passwordHash);
  if (found === undefined || !verified) return INVALID;
  await forgetAttempts(db, email);

  if (passwords.needsRehash(found.passwordHash)) {
    await replacePasswordHash(db, found.user.id, found.passwordHash, await passwords.hash(password.password));
  }
  return { __typename: 'SignInSuccess', user: found.user, token: await tokens.issue(found.user) };
}

function tooManyAttempts(retryAfterSeconds: number): SignInResult {
  const message = 'There were too many attempts to sign in with this address. Try again later.';
  return { __typename: 'TooManyAttempts', message, retryAfterSeconds };
}
