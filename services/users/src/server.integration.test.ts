import { testIdentity } from '@tributary/identity/testing';
import { postAs, SIGNED_OUT } from '@tributary/subgraph/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startUsersServer } from './server.ts';
import { createUsersUnderTest, TOKEN_CLAIMS, type UsersUnderTest } from './testing.ts';

const SIGN_UP = `mutation ($email: String!, $password: String!) {
  signUp(input: { email: $email, password: $password, displayName: "Ada" }) { ... on SignUpSuccess { token } }
}`;
const variables = { email: 'ada@example.com', password: 'correct horse' };

let users: UsersUnderTest;
beforeAll(async () => {
  users = await createUsersUnderTest();
});
beforeEach(() => users.db.deleteFrom('user_account').execute());
afterAll(() => users[Symbol.asyncDispose]());

it('signs up over HTTP with a token that verifies against its JWKS endpoint', async () => {
  await using server = await start(users);
  const { data } = await server.post<{ signUp: { token: string } }>({ query: SIGN_UP, variables });

  const jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url));
  const verified = await jwtVerify(data?.signUp.token ?? '', jwks, {
    algorithms: ['EdDSA'],
    ...TOKEN_CLAIMS,
  });
  expect(verified.payload.roles).toEqual([]);
});

it('shows its JWKS to everybody, for a while', async () => {
  await using server = await start(users);
  const response = await fetch(new URL('/.well-known/jwks.json', server.url));
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await response.json()).toEqual({ keys: users.keys.published() });
});

it('refuses who does not come through the gateway', async () => {
  await using server = await start(users);
  const response = await fetch(new URL('/graphql', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FROM_GATEWAY' } }] });
});

it('answers SERVICE_UNAVAILABLE while its database is away, without a detail of it', async () => {
  const lost = await createUsersUnderTest();
  await using server = await start(lost);
  await lost[Symbol.asyncDispose]();
  const { data, errors } = await server.post({ query: SIGN_UP, variables });
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  expect(JSON.stringify(errors)).not.toMatch(/select|insert|pool/i);
});

it('tells neither client nor log what it knows of a person when the database refuses a row', async () => {
  await using server = await start(users);
  // PostgreSQL's own error quotes the whole failing row.
  await sql`alter table user_account add constraint no_ada check (display_name <> 'Ada')`.execute(users.db);
  const { errors } = await server.post({ query: SIGN_UP, variables });

  expect(errors).toMatchObject([
    { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
  ]);
  const log = JSON.stringify(server.logs.lines);
  expect(log).toContain('no_ada');
  for (const secret of [variables.email, variables.password, '$scrypt$']) {
    expect(log).not.toContain(secret);
    expect(JSON.stringify(errors)).not.toContain(secret);
  }
});

async function start(users: UsersUnderTest) {
  const identity = await testIdentity({ audience: 'users' });
  const telemetry = testTelemetry('users');
  const server = await startUsersServer({
    ...users,
    jwksMaxAgeS: 300,
    verifier: identity.verifier,
    telemetry,
    host: '127.0.0.1',
    port: 0,
    production: false,
  });
  return {
    url: server.url,
    logs: telemetry.logs,
    post: <Data = Record<string, unknown>>(body: { query: string; variables?: Record<string, unknown> }) =>
      postAs<Data>(server.url, identity.signer, SIGNED_OUT, body, { audience: 'users' }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
