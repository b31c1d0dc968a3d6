import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importAdminToken } from './operations/tokens.ts';
import { newAdminToken, startTestRegistry, type TestRegistry } from './testing.ts';

const SDL = 'type Query { a: Int }';
const body = { sdl: SDL, routingUrl: 'http://users.test' };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ bodyLimitBytes: 10_000 });
  await registry.send('POST', '/v1/environments/dev/subgraphs/users/revisions', body);
});
afterAll(() => registry[Symbol.asyncDispose]());

const REQUESTS = {
  publish: ['POST', '/v1/environments/dev/subgraphs/users/revisions', body],
  check: ['POST', '/v1/environments/dev/subgraphs/users/check', { sdl: SDL }],
  list: ['GET', '/v1/environments/dev/subgraphs', undefined],
  fetch: ['GET', '/v1/environments/dev/supergraph', undefined],
  tokens: ['GET', '/v1/tokens', undefined],
  audit: ['GET', '/v1/audit', undefined],
} as const;

async function allowed(token: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    Object.entries(REQUESTS).map(async ([name, [method, path, sent]]) => {
      const { status } = await registry.send(method, path, sent, { token });
      return [name, status] as const;
    }),
  );
  for (const [, status] of answers) expect([200, 403]).toContain(status);
  return answers.filter(([, status]) => status === 200).map(([name]) => name);
}

describe('a token', () => {
  it.each([
    ['admin', ['publish', 'check', 'list', 'fetch', 'tokens', 'audit']],
    ['publisher', ['publish', 'check', 'list', 'fetch']],
    ['checker', ['check', 'list', 'fetch']],
    ['gateway', ['fetch']],
    ['reader', ['list', 'fetch']],
  ] as const)('of role %s may do what its holder needs', async (role, actions) => {
    expect(await allowed(await registry.newToken(role))).toEqual(actions);
  });

  it('of a subgraph or an environment is for that one alone', async () => {
    const orders = await registry.newToken('publisher', { subgraphs: ['orders'] });
    expect(await allowed(orders)).toEqual(['list', 'fetch']);
    const staging = await registry.newToken('publisher', { environments: ['staging'] });
    expect(await allowed(staging)).toEqual([]);
    expect(await registry.send('POST', REQUESTS.publish[1], body, { token: orders })).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', message: 'This token is for subgraph orders, not for users.' } },
    });
  });

  it('that is missing, malformed, unknown or wrong is refused', async () => {
    const [, id] = registry.token.split('_');
    for (const token of [
      undefined,
      'nonsense',
      newAdminToken(),
      `trb_${id}_${'x'.repeat(43)}`,
      `trb_${id}_`,
    ]) {
      const answer = await registry.send('GET', '/v1/tokens', undefined, { token });
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('ends when it is revoked, and once more does no harm', async () => {
    const created = await registry.send<{ id: string; token: string }>('POST', '/v1/tokens', {
      name: 'ci',
      role: 'reader',
    });
    const { id, token } = created.body;
    expect(await allowed(token)).toEqual(['list', 'fetch']);
    expect((await registry.send('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
    expect((await registry.send('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
    expect(await registry.send('GET', '/v1/environments/dev/subgraphs', undefined, { token })).toMatchObject({
      status: 401,
      body: { error: { message: expect.stringMatching(/^This token was revoked on 2/) } },
    });
    expect(await registry.send('DELETE', `/v1/tokens/${'0'.repeat(16)}`)).toMatchObject({ status: 404 });
  });

  it('that is revoked while it waits for a release does not get it', async () => {
    const environment = await registry.newEnvironment();
    await environment.publish('users', SDL);
    const created = await registry.send<{ id: string; token: string }>('POST', '/v1/tokens', {
      name: 'gateway',
      role: 'gateway',
    });
    const { id, token } = created.body;
    const waiting = ['delivery', 'supergraph'].map(async (what) => {
      const path = `${environment.path}/${what}`;
      const { headers } = await registry.send('GET', path, undefined, { token });
      const etag = headers.get('etag') ?? '';
      const answer = registry.send('GET', `${path}?wait=30`, undefined, {
        token,
        headers: { 'if-none-match': etag },
      });
      return { answer };
    });
    const answers = (await Promise.all(waiting)).map(({ answer }) => answer);
    // Both are answered when there is news, so both wait by now or come too late for the token.
    await registry.send('DELETE', `/v1/tokens/${id}`);
    await environment.publish('users', 'type Query { b: Int }');
    for (const answer of answers) expect(await answer).toMatchObject({ status: 401 });
  });

  it('is nowhere in the database or the log', async () => {
    const created = await registry.send<{ token: string }>('POST', '/v1/tokens', {
      name: 'secret',
      role: 'reader',
    });
    // It may have underscores of its own.
    const secret = created.body.token.slice('trb_0123456789abcdef_'.length);
    const { db } = registry.database;
    const { rows } = await sql<{ text: string }>`
      select token::text as text from token union all select audit::text from audit
    `.execute(db);
    expect(rows.length).toBeGreaterThan(5);
    for (const { text } of rows) expect(text).not.toContain(secret);
    expect(JSON.stringify(registry.logs)).not.toContain(secret);
  });

  it('of the environment is taken only by a registry that has none', async () => {
    const { db } = registry.database;
    const token = newAdminToken();
    expect(await importAdminToken(db, token, new Date())).toBe('kept');
    expect(await registry.send('GET', '/v1/tokens', undefined, { token })).toMatchObject({ status: 401 });
  });
});

describe('the audit log', () => {
  it('says who did what, the newest first', async () => {
    const token = await registry.newToken('publisher');
    await registry.send(
      'POST',
      REQUESTS.publish[1],
      { ...body, sdl: 'type Query { b: Int }', commit: 'c0ffee' },
      { token },
    );
    const { body: log } = await registry.send<{ entries: Record<string, unknown>[] }>(
      'GET',
      '/v1/audit?limit=3',
    );
    expect(log.entries).toMatchObject([
      { action: 'release.live', actor: 'registry', environment: 'dev' },
      {
        action: 'subgraph.publish',
        actor: 'test publisher',
        environment: 'dev',
        subgraph: 'users',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        detail: { commit: 'c0ffee' },
      },
      { action: 'token.create', actor: 'test' },
    ]);
  });

  it('says who wanted to change what they may not, once in ten minutes', async () => {
    const token = await registry.newToken('publisher', { subgraphs: ['orders'] });
    for (let time = 0; time < 3; time++) await registry.send('POST', REQUESTS.publish[1], body, { token });
    await registry.send('GET', '/v1/audit', undefined, { token });
    await registry.send('GET', '/v1/environments/dev/subgraphs', undefined, {
      token: await registry.newToken('gateway'),
    });
    const { body: log } = await registry.send<{ entries: Record<string, unknown>[] }>(
      'GET',
      '/v1/audit?limit=4',
    );
    expect(log.entries).toMatchObject([
      { action: 'token.create' },
      { action: 'request.refuse', actor: 'test publisher', detail: { wanted: 'administer' } },
      {
        action: 'request.refuse',
        actor: 'test publisher',
        environment: 'dev',
        subgraph: 'users',
        digest: null,
        detail: { wanted: 'publish', why: 'This token is for subgraph orders, not for users.' },
      },
      { action: 'token.create' },
    ]);
  });

  it('can only grow', async () => {
    const { db } = registry.database;
    await expect(db.deleteFrom('audit').execute()).rejects.toThrow('rows of audit are never changed');
    await expect(sql`update audit set actor = 'nobody'`.execute(db)).rejects.toThrow('never changed');
    await expect(sql`truncate audit`.execute(db)).rejects.toThrow('never changed');
    await expect(sql`update revision set sdl = ''`.execute(db)).rejects.toThrow('never changed');
  });
});

describe('a bad request', () => {
  it.each([
    ['unreadable JSON', '{"sdl":', 400, 'BAD_REQUEST'],
    ['a body that is too large', JSON.stringify({ sdl: 'x'.repeat(20_000) }), 413, 'PAYLOAD_TOO_LARGE'],
    ['no body', undefined, 400, 'BAD_REQUEST'],
    ['a list', '[]', 400, 'BAD_REQUEST'],
  ])('with %s has a code', async (_what, sent, status, code) => {
    const answer = await registry.send('POST', REQUESTS.publish[1], sent);
    expect(answer).toMatchObject({
      status,
      body: { error: { code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) } },
    });
  });

  it('of another media type is refused', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await registry.send('POST', REQUESTS.publish[1], 'sdl', { headers });
    expect(answer).toMatchObject({ status: 415, body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } } });
  });

  it('for a path that is not there is 404, for a name that cannot be one 400', async () => {
    expect(await registry.send('GET', '/v2')).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
    expect(await registry.send('GET', '/v1/environments/D%20v/subgraphs')).toMatchObject({ status: 400 });
  });
});
