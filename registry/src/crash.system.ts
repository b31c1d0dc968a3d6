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
let server: PostgresqlServer;
let proxy: StatementProxy;
let db: Kysely<Tables>;
let spare: Promise<Running> | undefined;

beforeAll(async () => {
  server = stack.use(await startPostgresqlServer());
  const database = stack.use(
    await openDatabase<Tables>({ name: 'registry', url: server.url, migrations: MIGRATIONS }),
  );
  db = database.db;
  proxy = stack.use(await startStatementProxy(server.url));
  stack.defer(async () => void (await spare)?.process[Symbol.asyncDispose]());
});
afterAll(() => stack.disposeAsync());

interface Running {
  readonly process: TestProcess;
  readonly url: string;
}

async function start(url: string): Promise<Running> {
  const process = startTestProcess(main, {
    PORT: '0',
    DATABASE_URL: url,
    REGISTRY_ADMIN_TOKEN: token,
    CANARY_ENVIRONMENTS: 'production',
  });
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
async function halves(): Promise<readonly unknown[]> {
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

interface Round {
  readonly at: number;
  readonly moment: 'before' | 'after';
}

/** How many statements the action takes, then the same killed at each of them. Gives the SQL at which it was. */
async function killAtEach(
  rounds: number,
  action: (url: string, round: number) => Promise<{ readonly status: number }>,
): Promise<readonly string[]> {
  const counted = await start(proxy.url);
  // The first one has nothing to build on, and does less.
  await action(counted.url, 0);
  void proxy.arm(Number.POSITIVE_INFINITY, 'before');
  expect((await action(counted.url, rounds + 1)).status).toBeLessThan(300);
  const { statements } = proxy;
  const killedAt: string[] = [];
  await counted.process[Symbol.asyncDispose]();
  proxy.reset();
  spare = start(proxy.url);
  for (let round = 1; round <= rounds; round++) {
    const { process, url } = await spare;
    const { at, moment } = toRound(round, statements);
    const reached = proxy.arm(at, moment);
    const answer = action(url, round).catch(() => undefined);
    // The same action may take fewer statements this time: then it is over before it is killed.
    const sqlText = await Promise.race([reached, answer.then(() => 'after the answer')]);
    process.kill('SIGKILL');
    await process.end;
    killedAt.push(sqlText);
    proxy.reset();
    const acknowledged = (await answer)?.status;
    if (acknowledged !== undefined) expect(acknowledged).toBeLessThan(300);
    spare = start(proxy.url);
    expect({ round, sqlText, wrong: await halves() }).toEqual({ round, sqlText, wrong: [] });
    // Whether it happened or not: again it does, or says that it has.
    const again = await spare;
    expect((await action(again.url, round)).status).toBeLessThan(300);
    expect(await halves()).toEqual([]);
  }
  await (await spare).process[Symbol.asyncDispose]();
  spare = undefined;
  return killedAt;
}

function toRound(round: number, statements: number): Round {
  const at = 1 + (Math.floor((round - 1) / 2) % statements);
  return { at, moment: round % 2 === 1 ? 'before' : 'after' };
}

it('killed a hundred times in a publish leaves no half release, and none that was acknowledged is lost', async () => {
  const killedAt = await killAtEach(100, (url, round) => publish(url, 'dev', `f${round}`));
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

it.each([
  ['promotion', 10],
  ['rollback', 10],
] as const)(
  'killed in a %s leaves it done or not done',
  async (kind, rounds) => {
    await using first = (await start(server.url)).process;
    const { url } = await first.logged({ msg: 'ready' });
    const promote = (to: string, release: string) =>
      send(to, `dev/releases/${release}/promote`, { to: 'production' });
    if (kind === 'promotion') {
      // What is live in dev is another one each time.
      await killAtEach(rounds, async (to, round) => {
        await publish(String(url), 'dev', `p${round}`);
        await send(String(url), 'production/releases/current/promote', { share: 100 });
        return promote(to, 'current');
      });
      return;
    }
    await publish(String(url), 'staging', 'first');
    await killAtEach(rounds, async (to, round) => {
      const made = await publish(String(url), 'staging', `r${round}`);
      return send(to, `staging/releases/${made.body.release}/rollback`, {});
    });
  },
  900_000,
);
