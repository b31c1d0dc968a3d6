import { randomUUIDv7 } from 'node:crypto';
import type { UsersContext } from '../context.ts';
import { parseDisplayName } from '../domain/display-name.ts';
import { parseEmail } from '../domain/email.ts';
import { parsePassword } from '../domain/password.ts';
import type { User } from '../domain/user.ts';
import { insertUser } from '../store/users.ts';

export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type SignUpResult =
  | { readonly __typename: 'SignUpSuccess'; readonly token: string; readonly user: User }
  | { readonly __typename: 'EmailTaken'; readonly message: string }
  | { readonly __typename: 'InvalidSignUp'; readonly field: keyof SignUpInput; readonly message: string };

export async function signUp(
  _parent: unknown,
  { input }: { readonly input: SignUpInput },
  { db, passwords, tokens }: UsersContext,
): Promise<SignUpResult> {
  const email = parseEmail(input.email);
  if (email === undefined) return refuse('email', 'This is not an e-mail address.');
  const password = parsePassword(input.password);
  if (!password.valid) return refuse('password', password.message);
  const displayName = parseDisplayName(input.displayName);
  if (!displayName.valid) return refuse('displayName', displayName.message);

  const user = await insertUser(db, {
    // Version 7 starts with the time: new rows land at the end of the index, not all over it.
    id: randomUUIDv7(),
    email,
    displayName: displayName.displayName,
    passwordHash: await passwords.hash(password.password),
  });
  if (user === undefined)
    return { __typename: 'EmailTaken', message: 'This e-mail address has an account already.' };
  return { __typename: 'SignUpSuccess', user, token: await tokens.issue(user) };
}

function refuse(field: keyof SignUpInput, message: string): SignUpResult {
  return { __typename: 'InvalidSignUp', field, message };
}
