import { countStatements } from '@tributary/database/testing';
import { executeAs, SIGNED_OUT } from '@tributary/subgraph/testing';
import { decodeJwt } from 'jose';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { UsersContext } from '../context.ts';
import { createPasswordHasher, type Derive } from '../passwords/password-hasher.ts';
import type { ScryptCost } from '../passwords/phc.ts';
import { ATTEMPT_WINDOW_S } from '../store/sign-in-attempts.ts';
import { findCredentials } from '../store/users.ts';
import { cheapPasswords, createUsersUnderTest, type UsersUnderTest } from '../testing.ts';

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInSuccess { token user { id email } }
    ... on InvalidCredentials { message }
    ... on TooManyAttempts { retryAfterSeconds }
  }
}`;

it('signs in with the right password, whatever the case of the address', async () => {
  await using users = await createUsersUnderTest();
  const [user] = await users.addUsers(1);
  const result = await signIn(users, user?.email.toUpperCase() ?? '', 'correct horse');
  expect(result).toMatchObject({ __typename: 'SignInSuccess', user: { id: user?.id, email: user?.email } });
  expect(decodeJwt(result.token ?? '')).toMatchObject({ sub: user?.id, roles: [] });
});

it('puts the roles of the account into the token', async () => {
  await using users = await createUsersUnderTest();
  const [user] = await users.addUsers(1);
  await users.db
    .updateTable('user_account')
    .set({ roles: ['support'] })
    .execute();
  const { token } = await signIn(users, user?.email ?? '', 'correct horse');
  expect(decodeJwt(token ?? '')).toMatchObject({ roles: ['support'] });
});

it('does the same for an unknown address as for a wrong password: one count, one read, one hash, one answer', async () => {
  const hashes: ScryptCost[] = [];
  const derive: Derive = async (password, _salt, cost, bytes) => {
    hashes.push(cost);
    return Buffer.alloc(bytes, password);
  };
  await using users = await createUsersUnderTest(createPasswordHasher({ derive }));
  const [user] = await users.addUsers(1);
  const attempt = async (email: string) => {
    hashes.length = 0;
    const { result, statements } = await countStatements(users.database, () =>
      signIn(users, email, 'wrong horse'),
    );
    return { result, statements, hashes: [...hashes] };
  };

  const wrongPassword = await attempt(user?.email ?? '');
  const unknownAddress = await attempt('nobody@example.com');
  expect(unknownAddress).toEqual(wrongPassword);
  expect(unknownAddress.hashes).toHaveLength(1);
  expect(unknownAddress.statements).toHaveLength(2);
  expect(unknownAddress.result).toEqual({
    __typename: 'InvalidCredentials',
    message: 'The e-mail address or the password is wrong.',
  });
});

it('answers what no account can have as wrong credentials', async () => {
  await using users = await createUsersUnderTest();
  const attempts = [
    ['', 'correct horse'],
    ["' or 1=1 --", 'correct horse'],
    ['a\u0000@example.com', 'correct horse'],
    ['a'.repeat(1_000_000), 'correct horse'],
    ['a@example.com', ''],
    ['a@example.com', 'a'.repeat(1_000_000)],
    ['a@example.com', 'abcdefgh\ud83d'],
  ] as const;
  for (const [email, password] of attempts) {
    expect((await signIn(users, email, password)).__typename).toBe('InvalidCredentials');
  }
});

describe('guessing passwords', () => {
  it('is refused after ten attempts on an address, without a hash, the right password included', async () => {
    let hashes = 0;
    const derive: Derive = async (password, _salt, _cost, bytes) => {
      hashes += 1;
      return Buffer.alloc(bytes, password);
    };
    await using users = await createUsersUnderTest(createPasswordHasher({ derive }));
    const [user] = await users.addUsers(1);
    const email = user?.email ?? '';
    for (let attempt = 1; attempt <= 10; attempt++) await signIn(users, email, 'wrong horse');
    hashes = 0;
    const refused = await signIn(users, email, 'correct horse');
    expect(refused).toMatchObject({ __typename: 'TooManyAttempts' });
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(ATTEMPT_WINDOW_S);
    expect(hashes).toBe(0);
  });

  it('gets ten attempts, not more, when a hundred come at once', async () => {
    await using users = await createUsersUnderTest();
    const attempts = Array.from({ length: 100 }, () => signIn(users, 'nobody@example.com', 'wrong horse'));
    const outcomes = (await Promise.all(attempts)).map(({ __typename }) => __typename);
    expect(outcomes.filter((outcome) => outcome === 'InvalidCredentials')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'TooManyAttempts')).toHaveLength(90);
  });

  it('does not count against other addresses, nor after a success or the end of the window', async () => {
    await using users = await createUsersUnderTest();
    const [tried, other] = (await users.addUsers(2)).map(({ email }) => email);
    for (let attempt = 1; attempt < 10; attempt++) await signIn(users, tried ?? '', 'wrong horse');
    expect((await signIn(users, tried ?? '', 'correct horse')).__typename).toBe('SignInSuccess');

    for (let attempt = 1; attempt <= 11; attempt++) await signIn(users, tried ?? '', 'wrong horse');
    expect((await signIn(users, other ?? '', 'correct horse')).__typename).toBe('SignInSuccess');
    expect((await signIn(users, tried ?? '', 'correct horse')).__typename).toBe('TooManyAttempts');
    await endWindows(users);
    expect((await signIn(users, tried ?? '', 'correct horse')).__typename).toBe('SignInSuccess');
  });

  it('leaves nothing behind for long, and never an address', async () => {
    await using users = await createUsersUnderTest();
    for (const name of ['a', 'b', 'c']) await signIn(users, `${name}@example.com`, 'wrong horse');
    await endWindows(users);
    await signIn(users, 'd@example.com', 'wrong horse');
    await signIn(users, 'e@example.com', 'wrong horse');
    const rows = await users.db.selectFrom('sign_in_attempt').selectAll().execute();
    expect(rows).toHaveLength(2);
    for (const { address_hash } of rows) expect(address_hash).toHaveLength(32);
  });
});

it('replaces a hash of another cost when its password comes along, and only then', async () => {
  await using users = await createUsersUnderTest(cheapPasswords({ ln: 2, r: 8, p: 1 }));
  const [user] = await users.addUsers(1);
  const email = user?.email ?? '';
  const old = await cheapPasswords({ ln: 1, r: 8, p: 1 }).hash('correct horse');
  await users.db.updateTable('user_account').set({ password_hash: old }).execute();

  await signIn(users, email, 'wrong horse');
  expect((await findCredentials(users.db, email))?.passwordHash).toBe(old);
  await signIn(users, email, 'correct horse');
  expect((await findCredentials(users.db, email))?.passwordHash).toMatch(/^\$scrypt\$ln=2,/);
  expect((await signIn(users, email, 'correct horse')).__typename).toBe('SignInSuccess');
});

async function endWindows({ db }: UsersUnderTest): Promise<void> {
  await sql`update sign_in_attempt set window_ends_at = now() - interval '1 second'`.execute(db);
}

interface Outcome {
  readonly __typename: string;
  readonly retryAfterSeconds?: number;
  readonly token?: string;
}

async function signIn(users: UsersUnderTest, email: string, password: string): Promise<Outcome> {
  const { data, errors } = await executeAs<{ signIn: Outcome }, UsersContext>(
    users.subgraph,
    SIGNED_OUT,
    SIGN_IN,
    {
      input: { email, password },
    },
  );
  expect(errors).toEqual([]);
  return data?.signIn ?? { __typename: 'none' };
}
