import { executeAs, SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsersContext } from '../context.ts';
import { createUsersUnderTest, TOKEN_CLAIMS, type UsersUnderTest } from '../testing.ts';
import type { SignUpInput } from './sign-up.ts';

const SIGN_UP = `mutation ($input: SignUpInput!) {
  signUp(input: $input) {
    __typename
    ... on SignUpSuccess { token user { id email displayName createdAt } }
    ... on EmailTaken { message }
    ... on InvalidSignUp { field message }
  }
}`;

let users: UsersUnderTest;
beforeAll(async () => {
  users = await createUsersUnderTest();
});
afterAll(() => users[Symbol.asyncDispose]());

it('opens an account and signs it in', async () => {
  const result = await signUp({ email: ' Ada.New@Example.com ', displayName: ' Ada ' });
  expect(result).toEqual({
    __typename: 'SignUpSuccess',
    token: expect.any(String),
    user: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'ada.new@example.com',
      displayName: 'Ada',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  });

  const jwks = createLocalJWKSet({ keys: [...users.keys.published()] });
  const { payload } = await jwtVerify(result.token ?? '', jwks, { algorithms: ['EdDSA'], ...TOKEN_CLAIMS });
  expect(payload).toMatchObject({ sub: result.user?.id, roles: [] });

  const me = await executeAs(users.subgraph, signedIn(payload.sub ?? ''), '{ me { email } }');
  expect(me.data).toEqual({ me: { email: 'ada.new@example.com' } });
});

it('gives an address to one of many who sign up with it at the same time', async () => {
  const attempts = Array.from({ length: 20 }, (_, index) =>
    signUp({ email: index % 2 === 0 ? 'same@example.com' : 'SAME@example.com ' }),
  );
  const outcomes = (await Promise.all(attempts)).map(({ __typename }) => __typename).sort();
  expect(outcomes).toEqual([...Array.from({ length: 19 }, () => 'EmailTaken'), 'SignUpSuccess']);
});

it('leaves the account alone that has the address already', async () => {
  await signUp({ email: 'first@example.com', displayName: 'First' });
  expect(await signUp({ email: 'first@example.com', displayName: 'Second' })).toEqual({
    __typename: 'EmailTaken',
    message: 'This e-mail address has an account already.',
  });
  const rows = await users.db
    .selectFrom('user_account')
    .select('display_name')
    .where('email', '=', 'first@example.com')
    .execute();
  expect(rows).toEqual([{ display_name: 'First' }]);
});

describe('answers bad input with the field and the reason, and keeps nothing', () => {
  const bad: readonly (readonly [keyof SignUpInput, string, string])[] = [
    ['email', 'empty', ''],
    ['email', 'no address', 'mia'],
    ['email', 'over-long', `${'a'.repeat(300)}@example.com`],
    ['email', 'a megabyte', 'a'.repeat(1_000_000)],
    ['email', 'not ASCII', 'mïa@example.com'],
    ['email', 'with NUL', 'mia\u0000@example.com'],
    ['email', 'with a line break', 'mia@example.com\r\nBcc: all@example.com'],
    ['password', 'empty', ''],
    ['password', 'too short', '1234567'],
    ['password', 'too long', 'a'.repeat(129)],
    ['password', 'a megabyte', 'a'.repeat(1_000_000)],
    ['password', 'half a surrogate pair', 'abcdefgh\ud83d'],
    ['displayName', 'empty', ''],
    ['displayName', 'blank', ' \u3000\u200b '],
    ['displayName', 'over-long', 'a'.repeat(81)],
    ['displayName', 'with NUL', 'Mia\u0000'],
    ['displayName', 'with an escape sequence', '\u001b[2JMia'],
    ['displayName', 'turning the direction round', '\u202eaiM'],
    ['displayName', 'half a surrogate pair', 'Mia \udc00'],
  ];

  it.each(bad)('%s: %s', async (field, _, value) => {
    const { length } = await users.db.selectFrom('user_account').select('id').execute();
    expect(await signUp({ [field]: value })).toEqual({
      __typename: 'InvalidSignUp',
      field,
      message: expect.stringMatching(/\.$/),
    });
    expect(await users.db.selectFrom('user_account').select('id').execute()).toHaveLength(length);
  });
});

it('takes names and passwords of any script', async () => {
  const result = await signUp({
    email: 'script@example.com',
    password: 'пароль🔑密码',
    displayName: '李 👩‍💻',
  });
  expect(result).toMatchObject({ __typename: 'SignUpSuccess', user: { displayName: '李 👩‍💻' } });
});

interface Outcome {
  readonly __typename: string;
  readonly token?: string;
  readonly user?: { readonly id: string };
}

async function signUp(input: Partial<SignUpInput>): Promise<Outcome> {
  const valid = { email: 'valid@example.com', password: 'correct horse', displayName: 'Valid' };
  const { data, errors } = await executeAs<{ signUp: Outcome }, UsersContext>(
    users.subgraph,
    SIGNED_OUT,
    SIGN_UP,
    {
      input: { ...valid, ...input },
    },
  );
  expect(errors).toEqual([]);
  return data?.signUp ?? { __typename: 'none' };
}
