import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@tributary/database';
import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import { startTestProcess, type TestProcess } from '@tributary/lifecycle/testing';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StatementProxy, startStatementProxy } from './statement-proxy.fixture.ts';
import type { Tables } from './store/tables.ts';
import { MIGRATIONS, newAdminToken } from './testing.ts';

/** A registry process, killed (SIGKILL) at each statement that it sends to PostgreSQL, before it arrives or after. */
const main = new URL('./main.ts', import.meta.url);
const token = newAdminToken();
const stack = new AsyncDisposableStack();
/** Two, for the time is spent in starting processes, and there is more than one core. */
let lanes: readonly [Lane, Lane];
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-crash-'));
  stack.defer(() => rm(directory, { recursive: true }));
  lanes = await Promise.all([openLane(), openLane()]);
});
afterAll(() => stack.disposeAsync());

/** A database of its own, and the way to it that is cut. */
interface Lane {
  readonly server: PostgresqlServer;
  readonly proxy: StatementProxy;
  readonly db: Kysely<Tables>;
}

async function openLane(): Promise<Lane> {
  const server = stack.use(await startPostgresqlServer());
  const database = stack.use(
    await openDatabase<Tables>({ name: 'registry', url: server.url, migrations: MIGRATIONS }),
  );
  const proxy = stack.use(await startStatementProxy(server.url));
  return { server, proxy, db: database.db };
}

interface Running {
  readonly process: TestProcess;
  readonly url: string;
}

async function start(url: string): Promise<Running> {
  const process = startTestProcess(main, {
    PORT: '0',
    DATABASE_URL: url,
    DATABASE_DIRECTORY: directory,
    REGISTRY_ADMIN_TOKEN: token,
    CANARY_ENVIRONMENTS: 'production',
  });
  stack.use(process);
  return { process, url: String((await process.logged({ msg: 'ready' })).url) };
}

async function send(url: string, path: string, body: object) {
  const response = await fetch(`${url}/v1/environments/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function publish(url: string, environment: string, field: string) {
  const body = { sdl: `type Query { a: Int ${field}: Int }`, routingUrl: 'http://users.test' };
  return send(url, `${environment}/subgraphs/users/revisions`, body);
}

/** What must be so whenever anybody looks. Empty when it is. */
async function halves({ db }: Lane): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select 'no members' as wrong, environment, number::text as what from release
      where not exists (select from release_member m where (m.environment, m.number) = (release.environment, release.number))
    union all select 'revision of no release', subgraph, id::text from revision
      where not exists (select from release_member m where m.revision = revision.id)
    union all select 'composition of no release', null, digest from composition
      where not exists (select from release where composition = composition.digest)
    union all select 'not one live', environment, count(*)::text from release where state = 'live'
      group by environment having count(*) <> 1
    union all select 'a number is missing', e.name, e.releases::text from environment e
      where e.releases <> (select count(*) from release r where r.environment = e.name)
    union all select 'not in the audit log', r.environment, r.number::text from release r
      where not exists (select from audit a where a.environment = r.environment
        and a.action in ('subgraph.publish', 'release.promote') and (a.detail->>'release')::int = r.number)
    union all select 'audit of no release', a.environment, a.detail->>'release' from audit a
      where a.environment is not null and not exists (select from release r
        where r.environment = a.environment and r.number = (a.detail->>'release')::int)
    union all select 'sequence', e.name, e.sequence::text from environment e
      where e.sequence <> (select count(*) from audit a where a.environment = e.name
        and a.action in ('release.live', 'release.canary', 'release.step', 'release.rollback'))
  `.execute(db);
  return rows;
}

type Moment = 'before' | 'after';

/** How many statements the action takes, then the same killed at each of them. Gives the SQL at which it was. */
async function killAtEach(
  lane: Lane,
  moment: Moment,
  rounds: number,
  action: (url: string, round: number) => Promise<{ readonly status: number }>,
): Promise<readonly string[]> {
  const { proxy } = lane;
  const counted = await start(proxy.url);
  // The first one has nothing to build on, and does less.
  await action(counted.url, 0);
  void proxy.arm(Number.POSITIVE_INFINITY, 'before');
  expect((await action(counted.url, rounds + 1)).status).toBeLessThan(300);
  const { statements } = proxy;
  const killedAt: string[] = [];
  await counted.process[Symbol.asyncDispose]();
  proxy.reset();
  let { process, url } = await start(proxy.url);
  for (let round = 1; round <= rounds; round++) {
    const reached = proxy.arm(1 + ((round - 1) % statements), moment);
    const answer = action(url, round).catch(() => undefined);
    // The same action may take fewer statements this time: then it is over before it is killed.
    const sqlText = await Promise.race([reached, answer.then(() => 'after the answer')]);
    process.kill('SIGKILL');
    await process.end;
    killedAt.push(sqlText);
    proxy.reset();
    const acknowledged = (await answer)?.status;
    if (acknowledged !== undefined) expect(acknowledged).toBeLessThan(300);
    const next = start(proxy.url);
    expect({ round, sqlText, wrong: await halves(lane) }).toEqual({ round, sqlText, wrong: [] });
    // Whether it happened or not: again it does, or says that it has.
    ({ process, url } = await next);
    expect((await action(url, round)).status).toBeLessThan(300);
    expect(await halves(lane)).toEqual([]);
  }
  await process[Symbol.asyncDispose]();
  return killedAt;
}

const MOMENTS: readonly Moment[] = ['before', 'after'];

/** In both lanes at once, killed before the statements in one and after them in the other. */
async function killInBoth(
  rounds: number,
  actionIn: (lane: Lane) => Parameters<typeof killAtEach>[3] | Promise<Parameters<typeof killAtEach>[3]>,
): Promise<readonly string[]> {
  const both = lanes.map(async (lane, index) =>
    killAtEach(lane, MOMENTS[index] as Moment, rounds, await actionIn(lane)),
  );
  // One that fails must not leave the other running into the next test.
  await Promise.allSettled(both);
  return (await Promise.all(both)).flat();
}

it('killed a hundred times in a publish leaves no half release, and none that was acknowledged is lost', async () => {
  const killedAt = await killInBoth(50, () => (url, round) => publish(url, 'dev', `f${round}`));
  const inside = new Set(killedAt.map((text) => text.slice(0, 30).toLowerCase()));
  for (const step of [
    'begin',
    'select pg_advisory_xact_lock',
    'insert into "revision"',
    'insert into "composition"',
    'insert into "release" ',
    'insert into "release_member"',
    'insert into "audit"',
    'commit',
  ]) {
    expect(
      [...inside].some((text) => text.startsWith(step)),
      step,
    ).toBe(true);
  }
}, 900_000);

it('killed in a promotion leaves it done or not done', async () => {
  await killInBoth(5, async ({ server }) => {
    const other = await start(server.url);
    return async (url, round) => {
      // What is live in dev is another one each time.
      await publish(other.url, 'dev', `p${round}`);
      await send(other.url, 'production/releases/current/promote', { share: 100 });
      return send(url, 'dev/releases/current/promote', { to: 'production' });
    };
  });
}, 900_000);

it('killed in a rollback leaves it done or not done', async () => {
  await killInBoth(5, async ({ server }) => {
    const other = await start(server.url);
    await publish(other.url, 'staging', 'first');
    return async (url, round) => {
      const made = await publish(other.url, 'staging', `r${round}`);
      return send(url, `staging/releases/${made.body.release}/rollback`, {});
    };
  });
}, 900_000);
