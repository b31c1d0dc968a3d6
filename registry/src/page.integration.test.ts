import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtCanary } from './operations/canary-watch.ts';
import { beginCanaryFixture } from './testing/canary-fixture.ts';
import { LINK, startTestRegistry, type TestRegistry } from './testing.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

describe('the page', () => {
  it('asks for a token, as a password, and shows those environments that it may list', async () => {
    const refused = await fetch(`${registry.url}/`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect((await get('/', 'trb_0000000000000000_'.padEnd(64, 'x'))).status).toBe(401);
    expect((await get('/', await registry.newToken('gateway'))).status).toBe(403);

    const token = await registry.newToken('reader', { environments: ['staging'] });
    const { text } = await get('/', token);
    expect(text).toContain('/environments/staging');
    expect(text).not.toContain('production');
    expect((await get('/environments/production', token)).status).toBe(403);
  });

  it('takes a password for nothing but itself', async () => {
    const { status } = await get('/v1/environments/dev/subgraphs', registry.token);
    expect(status).toBe(401);
  });

  it('is open where it is told to be', async () => {
    await using open = await startTestRegistry({ pageAccess: 'open' });
    expect((await fetch(`${open.url}/`)).status).toBe(200);
    expect((await fetch(`${open.url}/v1/environments/dev/subgraphs`)).status).toBe(401);
  });

  it('shows the graph, releases and checks of an environment', async () => {
    const environment = await registry.newEnvironment();
    const users = `${LINK}type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`;
    await environment.publish('users', users, {
      commit: 'c0ffee',
      rolloutNotes: 'switch <b>new-home</b> on',
    });
    await environment.publish('orders', `${LINK}type User @key(fields: "id") { id: ID! orders: [ID!] }`);
    await environment.check('users', `${LINK}type Query { me: ID }`);

    const { status, text } = await get(`/environments/${environment.name}`);
    expect(status).toBe(200);
    expect(text).toMatch(/(users – orders|orders – users): User/);
    expect(text).toContain('http://users.test/graphql');
    expect(text).toContain('c0ffee');
    expect(text).toContain('<td class="bad">failed</td>');
    expect(text).toContain('breaking/');

    const release = await get(`/environments/${environment.name}/releases/1`);
    expect(release.text).toContain('switch &lt;b&gt;new-home&lt;/b&gt; on');
    expect((await get(`/environments/${environment.name}/releases/9`)).status).toBe(404);
    expect((await get('/environments/no-such')).status).toBe(404);
  });

  it('shows how a canary is doing, and why it was taken back', async () => {
    const { db } = registry.database;
    const supergraph = await readFile(
      new URL('../../infra/supergraph/supergraph.graphql', import.meta.url),
      'utf8',
    );
    await using canary = await beginCanaryFixture(db, { supergraph });
    const { environment } = canary;
    await sql`insert into arm_bin (environment, release, arm, at, requests, errors)
      select ${environment}, 2, arm, now() - make_interval(secs => 5 * step), 100, case arm when 'live' then 1 else 9 end
      from unnest(array['live', 'canary']) as arm, generate_series(1, 400) as step`.execute(db);
    const traceIds = ['0'.repeat(32)];
    const failures = [
      { coordinate: 'User.orders', subgraph: 'orders', code: 'INTERNAL', count: 9, traceIds },
    ];
    const look = () =>
      lookAtCanary(
        {
          db,
          settings: { steps: [1, 10, 50], leastSeconds: 0, holdSeconds: 60, whenUndecided: 'hold' },
          lookSeconds: 0,
          now: () => new Date(),
          onRelease: () => {},
          onError: () => {},
        },
        environment,
      );
    await canary.report({ share: 1, live: [980, 1], canary: [20, 3], failures });
    await look();
    const before = await get(`/environments/${environment}`);
    expect(before.text).toContain('aria-current="step">1 %');
    expect(before.text).toContain('<path class="line canary" d="M');
    expect(before.text).toContain('http-equiv="refresh"');
    expect(before.text.match(/L\d/g)?.length).toBeLessThan(320);
    expect(before.text).toContain('<td rowspan="2">Home</td>');

    for (let report = 0; report < 8; report++) {
      await canary.report({ share: 1, live: [980, 1], canary: [20, 9], failures });
      await look();
    }
    const { text } = await get(`/environments/${environment}/releases/2`);
    expect(text).toContain('rolled-back');
    for (const part of ['User.orders', 'INTERNAL', 'c0ffee1', traceIds[0]]) expect(text).toContain(part);
    expect(text).not.toContain('http-equiv="refresh"');
  });

  it('lets nothing run, load, send or frame', async () => {
    const { headers, text } = await get('/');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script| style=| on\w+=/);
  });
});

async function get(path: string, token = registry.token) {
  const authorization = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
  const response = await fetch(`${registry.url}${path}`, { headers: { authorization } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
