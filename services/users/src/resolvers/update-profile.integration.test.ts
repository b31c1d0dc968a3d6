import { executeAs, SIGNED_OUT, signedIn } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUsersUnderTest, type UsersUnderTest } from '../testing.ts';

const UPDATE = `mutation ($name: String!) {
  updateProfile(input: { displayName: $name }) {
    __typename
    ... on UpdateProfileSuccess { user { displayName } }
    ... on InvalidProfile { field message }
  }
}`;

let users: UsersUnderTest;
beforeAll(async () => {
  users = await createUsersUnderTest();
});
afterAll(() => users[Symbol.asyncDispose]());

it('changes the name of the signed-in user and of nobody else', async () => {
  const [mia, other] = await users.addUsers(2);
  const answer = await executeAs(users.subgraph, signedIn(mia?.id ?? ''), UPDATE, { name: ' Mia L. ' });
  expect(answer.data).toEqual({
    updateProfile: { __typename: 'UpdateProfileSuccess', user: { displayName: 'Mia L.' } },
  });
  const name = async (id = '') =>
    (await executeAs(users.subgraph, signedIn(id), '{ me { displayName } }')).data;
  expect(await name(mia?.id)).toEqual({ me: { displayName: 'Mia L.' } });
  expect(await name(other?.id)).toEqual({ me: { displayName: other?.displayName } });
});

it.each(['', '\u0000', 'a'.repeat(81), 'two\nlines'])(
  'refuses the name %j and changes nothing',
  async (name) => {
    const [mia] = await users.addUsers(1);
    const identity = signedIn(mia?.id ?? '');
    const answer = await executeAs(users.subgraph, identity, UPDATE, { name });
    expect(answer.data).toEqual({
      updateProfile: { __typename: 'InvalidProfile', field: 'displayName', message: expect.any(String) },
    });
    const after = await executeAs(users.subgraph, identity, '{ me { displayName } }');
    expect(after.data).toEqual({ me: { displayName: mia?.displayName } });
  },
);

it.each([
  ['who is signed out', SIGNED_OUT],
  ['whose account does not exist any more', signedIn('00000000-0000-4000-8000-000000000000')],
  ['whose token has no user id', signedIn('service-account')],
])('asks a caller %s to sign in', async (_, identity) => {
  const { data, errors } = await executeAs(users.subgraph, identity, UPDATE, { name: 'Mia' });
  expect(data).toBeNull();
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
});
