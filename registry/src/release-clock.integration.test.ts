import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReleaseList, ReleaseStatus } from './contract/releases.ts';
import { addEnvironments } from './store/environments.ts';
import { openRegistryDatabase, startTestRegistry, type TestRegistry } from './testing.ts';

/** Two registries on one database, one a minute early, one a minute late. */
const stack = new AsyncDisposableStack();
let early: TestRegistry;
let late: TestRegistry;
const MINUTE_MS = 60_000;
const ENVIRONMENT = 'canaries';
const path = `/v1/environments/${ENVIRONMENT}`;

beforeAll(async () => {
  const database = stack.use(await openRegistryDatabase());
  const releases = { canaryEnvironments: [ENVIRONMENT], canarySteps: [10] as [number] };
  const at = (offsetMs: number) => () => new Date(Date.now() + offsetMs);
  early = stack.use(await startTestRegistry({ database, releases, now: at(-MINUTE_MS), pollMs: 50 }));
  late = stack.use(await startTestRegistry({ database, releases, now: at(MINUTE_MS), pollMs: 50 }));
  await addEnvironments(database.db, [ENVIRONMENT], new Date());
});
afterAll(() => stack.disposeAsync());

function publish(registry: TestRegistry, field: string) {
  const body = { sdl: `type Query { a: Int ${field}: Int }`, routingUrl: 'http://users.test' };
  return registry.send<Record<string, string>>('POST', `${path}/subgraphs/users/revisions`, body);
}
function attest(registry: TestRegistry, replica: string, digest = '') {
  return registry.send('POST', `${path}/attestations`, { subgraph: 'users', replica, digest });
}
async function states(): Promise<readonly string[]> {
  const { body } = await early.send<ReleaseList>('GET', `${path}/releases?limit=200`);
  return body.releases.map(({ release, state }) => `${release} ${state}`);
}

it('count attestations to either of them, and each other’s leases, whatever their clocks say', async () => {
  const first = await publish(early, 'b');
  await attest(early, 'r1', first.body.revision);
  await attest(late, 'r2', first.body.revision);
  const second = await publish(late, 'c');
  expect(second.body).toMatchObject({ state: 'waiting' });
  await attest(early, 'r2', second.body.revision);
  expect(await states()).toEqual(['2 waiting', '1 live']);
  await attest(late, 'r1', second.body.revision);
  expect(await states()).toEqual(['2 canary', '1 live']);
});

it('move one release at a time, whoever is asked, and end with one live', async () => {
  const sides = [early, late];
  const act = (index: number, verb: string) =>
    sides[index % 2]?.send('POST', `${path}/releases/current/${verb}`, {});
  for (let round = 0; round < 20; round++) {
    await Promise.all([
      act(round, 'promote'),
      act(round + 1, 'rollback'),
      act(round + 1, 'promote'),
      publish(round % 2 === 0 ? early : late, `f${round}`),
      attest(round % 2 === 0 ? late : early, 'r1', 'a'.repeat(64)),
    ]);
    const now = await states();
    expect(now.filter((state) => state.endsWith(' live'))).toHaveLength(1);
    expect(now.filter((state) => state.endsWith(' canary')).length).toBeLessThan(2);
  }
  const { db } = early.database;
  const { sequence } = await db
    .selectFrom('environment')
    .select('sequence')
    .where('name', '=', ENVIRONMENT)
    .executeTakeFirstOrThrow();
  const served = await db
    .selectFrom('audit')
    .select('action')
    .where('environment', '=', ENVIRONMENT)
    .where('action', 'in', ['release.live', 'release.canary', 'release.step', 'release.rollback'])
    .execute();
  expect(served).toHaveLength(Number(sequence));
});

it('say of a gateway that it has not told yet by the database’s clock', async () => {
  const { db } = early.database;
  const status = async () => (await late.send<ReleaseStatus>('GET', `${path}/releases/1`)).body;
  const { stateSince } = await status();
  const report = async (seen: Date) => {
    const lease = { serves: ['b'.repeat(64)], seen_at: seen, report: 1n };
    await db
      .insertInto('gateway_lease')
      .values({ environment: ENVIRONMENT, gateway: 'g', ...lease })
      .onConflict((conflict) => conflict.columns(['environment', 'gateway']).doUpdateSet(lease))
      .execute();
  };
  await report(new Date(Date.parse(stateSince) + 1_000));
  expect((await status()).gateways).toMatchObject({ silent: 0 });
  expect(Math.abs(Date.parse(stateSince) - Date.now())).toBeLessThan(MINUTE_MS / 2);
});
