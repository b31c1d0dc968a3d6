import { openTestPlace, type TestPlace } from '@tributary/database/testing';
import { startTestProcess, type TestProcess } from '@tributary/lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LINK, newAdminToken } from './testing.ts';

const main = new URL('./main.ts', import.meta.url);
const token = newAdminToken();
const USERS = `${LINK}type Query { me: User } type User @key(fields: "id") { id: ID! }`;

let place: TestPlace;
beforeEach(async () => {
  place = await openTestPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

interface Running extends AsyncDisposable {
  readonly process: TestProcess;
  readonly url: string;
  readonly adminUrl: string;
}

async function start(env: Record<string, string> = {}): Promise<Running> {
  const process = startTestProcess(main, { PORT: '0', REGISTRY_ADMIN_TOKEN: token, ...place.env, ...env });
  const { url, adminUrl } = await process.logged({ msg: 'ready' });
  return {
    process,
    url: String(url),
    adminUrl: String(adminUrl),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

function send(url: string, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function publish(url: string, subgraph: string, sdl: string): Promise<Response> {
  const body = { sdl, routingUrl: `http://${subgraph}.test` };
  return send(url, 'POST', `/environments/dev/subgraphs/${subgraph}/revisions`, body);
}

describe('the registry process', () => {
  it('is ready, keeps what was published over a restart, and stops in order while somebody waits', async () => {
    await using first = await start();
    expect((await fetch(`${first.adminUrl}/health/ready`)).status).toBe(200);
    expect((await publish(first.url, 'users', USERS)).status).toBe(201);
    const etag = (await send(first.url, 'GET', '/environments/dev/supergraph')).headers.get('etag') ?? '';
    const waiting = fetch(`${first.url}/v1/environments/dev/supergraph?wait=50`, {
      headers: { authorization: `Bearer ${token}`, 'if-none-match': etag },
    });
    expect(await (await fetch(`${first.adminUrl}/metrics`)).text()).toContain(
      'registry_changes_total{kind="publish",outcome="released",service="registry"} 1',
    );
    await send(first.url, 'GET', '/environments/dev/subgraphs');
    first.process.kill('SIGTERM');
    expect((await waiting).status).toBe(304);
    expect(await first.process.end).toEqual({ code: 0, stderr: '' });

    // The token is in the database now.
    await using second = await start({ REGISTRY_ADMIN_TOKEN: '' });
    const again = await send(second.url, 'GET', '/environments/dev/supergraph');
    expect(again.headers.get('etag')).toBe(etag);
  });

  it('tells all faults of its environment at once, without the secret', async () => {
    await using faulty = startTestProcess(main, {
      PORT: 'x',
      REGISTRY_ADMIN_TOKEN: 'hunter2',
      ENVIRONMENTS: 'Dev,,x',
    });
    const { code, stderr } = await faulty.end;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /PORT: .*REGISTRY_ADMIN_TOKEN: is not trb_.*ENVIRONMENTS: an environment is named by/s,
    );
    expect(stderr).not.toContain('hunter2');
  });

  it('does not start without a token, when there is none in the database', async () => {
    await using process = startTestProcess(main, { PORT: '0', ...place.env });
    const { code, stderr } = await process.end;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('set REGISTRY_ADMIN_TOKEN'),
    });
  });

  it('killed in the middle of publishes leaves whole releases only, and what it had acknowledged', async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < 5; round++) {
      await using running = await start();
      const publishes = Array.from({ length: 6 }, async (_, index) => {
        const name = `r${round}x${index}`;
        const answer = await publish(running.url, name, `type Query { ${name}: Int }`).catch(() => undefined);
        if (answer?.status === 201) acknowledged.add(name);
        return answer;
      });
      // At another moment in each round: at once, then after one has been answered, after two, ...
      await Promise.all(publishes.slice(0, round));
      running.process.kill('SIGKILL');
      await Promise.all([...publishes, running.process.end]);
    }
    await using running = await start();
    const list = (await (await send(running.url, 'GET', '/environments/dev/subgraphs')).json()) as {
      release: number;
      composition: string;
      subgraphs: { name: string }[];
    };
    const names = list.subgraphs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...acknowledged]));
    // One release for each subgraph that is there, one audit entry for each release, and the last of them is live.
    expect(list.release).toBe(names.length);
    const audit = (await (await send(running.url, 'GET', '/audit?limit=500')).json()) as {
      entries: { action: string }[];
    };
    expect(audit.entries.filter(({ action }) => action === 'subgraph.publish')).toHaveLength(names.length);
    const live = await send(running.url, 'GET', '/environments/dev/supergraph');
    expect(live.headers.get('etag')).toBe(`"${list.composition}"`);
    const sdl = await live.text();
    for (const name of names) expect(sdl).toContain(`${name}: Int`);
    expect(names.length).toBeGreaterThan(3);
  }, 120_000);
});
