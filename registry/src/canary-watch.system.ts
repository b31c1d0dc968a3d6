import { openDatabase } from '@tributary/database';
import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lookAtCanary, watchCanaries } from './operations/canary-watch.ts';
import { readWatch } from './store/canaries.ts';
import type { Tables } from './store/tables.ts';
import { beginCanaryFixture } from './testing/canary-fixture.ts';
import { MIGRATIONS } from './testing.ts';

/** Two registries that watch the same canaries, on one PostgreSQL server. */
const stack = new AsyncDisposableStack();
let server: PostgresqlServer;
let pools: readonly [Kysely<Tables>, Kysely<Tables>];

beforeAll(async () => {
  server = stack.use(await startPostgresqlServer());
  const open = async () =>
    stack.use(await openDatabase<Tables>({ name: 'registry', url: server.url, migrations: MIGRATIONS })).db;
  pools = [await open(), await open()];
});
afterAll(() => stack.disposeAsync());

function optionsOf(db: Kysely<Tables>) {
  return {
    db,
    settings: { steps: [1, 10, 50], leastSeconds: 0, holdSeconds: 3_600, whenUndecided: 'hold' } as const,
    lookSeconds: 0,
    // A clock that is an hour wrong changes nothing but what the audit log says.
    now: () => new Date(Date.now() + (db === pools[0] ? 3_600_000 : -3_600_000)),
    onRelease: () => {},
    onError: () => {},
  };
}

/** A database that starts again takes longer than vitest's own second where others are at work. */
const until = (assertion: () => Promise<void> | void) => vi.waitFor(assertion, { timeout: 20_000 });

/** Three looks of each registry at the same moment. */
function lookTogether(environment: string) {
  return Promise.all([...pools, ...pools, ...pools].map((db) => lookAtCanary(optionsOf(db), environment)));
}

it('see every request once, and decide once', async () => {
  const [db] = pools;
  await using canary = await beginCanaryFixture(db);
  const decisions = [];
  for (let report = 0; report < 12; report++) {
    await canary.report({ share: 1, live: [980, 1], canary: [20, 6] });
    decisions.push(...(await lookTogether(canary.environment)));
  }
  expect(decisions.filter((decision) => decision !== undefined)).toEqual([
    expect.objectContaining({ kind: 'roll-back', release: 2 }),
  ]);
  expect(await canary.states()).toEqual(['live', 'rolled-back']);
});

it('gather as much evidence together as one alone', async () => {
  const [db] = pools;
  await using alone = await beginCanaryFixture(db);
  await using both = await beginCanaryFixture(db);
  for (let report = 0; report < 6; report++) {
    for (const canary of [alone, both]) await canary.report({ share: 1, live: [980, 1], canary: [6, 0] });
    await lookAtCanary(optionsOf(db), alone.environment);
    await lookTogether(both.environment);
  }
  const watches = await Promise.all(
    [alone, both].map(async ({ environment }) => (await readWatch(db, environment, 2))?.watch),
  );
  expect(watches[0]?.seen).toMatchObject([{ canary: { requests: 36 } }]);
  expect(watches[1]).toEqual(watches[0]);
});

it('go on after the database has crashed, from what was seen before', async () => {
  const [db] = pools;
  await using canary = await beginCanaryFixture(db);
  const failures: unknown[] = [];
  await using _one = watchCanaries({
    ...optionsOf(pools[0]),
    intervalMs: 10,
    onError: (error) => failures.push(error),
  });
  await using _other = watchCanaries({ ...optionsOf(pools[1]), intervalMs: 10 });
  await canary.report({ share: 1, live: [980, 1], canary: [25, 0] });
  await until(async () => {
    expect((await readWatch(db, canary.environment, 2))?.watch?.seen).toHaveLength(1);
  });
  await server.stop('immediate');
  await until(() => expect(failures.length).toBeGreaterThan(0));
  await server.start();
  await until(() => canary.report({ share: 1, live: [980, 1], canary: [60, 0] }));
  await until(async () => {
    const [state] = await db
      .selectFrom('release')
      .select('share')
      .where('environment', '=', canary.environment)
      .where('number', '=', 2)
      .execute();
    expect(state?.share).toBe(10);
  });
});
