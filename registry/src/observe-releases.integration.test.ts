import type { TestDatabase } from '@tributary/database/testing';
import { createRegistry } from '@tributary/telemetry';
import { testTelemetry } from '@tributary/telemetry/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RELEASE_POLICY } from './domain/release-policy.ts';
import { observeReleases } from './operations/observe-releases.ts';
import { tellDecisions } from './operations/tell-decision.ts';
import type { Tables } from './store/tables.ts';
import { beginCanaryFixture } from './testing/canary-fixture.ts';
import { openRegistryDatabase, startTestRegistry } from './testing.ts';

let database: TestDatabase<Tables>;
const metrics = createRegistry('registry', { processMetrics: false });
beforeAll(async () => {
  database = await openRegistryDatabase();
  observeReleases({ db: database.db, policy: DEFAULT_RELEASE_POLICY, registry: metrics });
});
afterAll(() => database[Symbol.asyncDispose]());

async function held(environment: string, state: string): Promise<number> {
  const text = await metrics.metrics();
  const line = new RegExp(
    `^registry_release_held_seconds\\{environment="${environment}",state="${state}",.*\\} ([\\d.]+)$`,
    'm',
  );
  return Number(line.exec(text)?.[1]);
}

it('says how long a release has waited for replicas that do not serve it', async () => {
  await using registry = await startTestRegistry({ database });
  const environment = await registry.newEnvironment();
  const { name } = environment;
  await environment.publish('users', 'type Query { a: Int }');
  const revision = (await environment.list()).subgraphs[0]?.revision;
  await registry.send('POST', `${environment.path}/attestations`, {
    subgraph: 'users',
    replica: 'r1',
    digest: revision,
  });
  expect(await held(name, 'waiting')).toBe(0);
  for (const field of ['b', 'c']) await environment.publish('users', `type Query { a: Int ${field}: Int }`);
  await sql`update release set state_since = state_since - interval '40 minutes'
    where environment = ${name} and number = 2`.execute(database.db);
  // The one that has waited longest counts: while nothing goes on, a newer one does not make it young.
  expect(await held(name, 'waiting')).toBeGreaterThanOrEqual(2_400);
  expect(await held(name, 'canary')).toBe(0);
});

it('says how long a canary has had its share, and counts what becomes of it from zero', async () => {
  await using canary = await beginCanaryFixture(database.db);
  const { environment } = canary;
  await sql`update release set state_since = state_since - interval '4000 seconds'
    where environment = ${environment} and state = 'canary'`.execute(database.db);
  expect(await held(environment, 'canary')).toBeGreaterThanOrEqual(4_000);
  const count = async () => {
    const labels = `environment="${environment}",decision="roll-back",service="registry"`;
    return (await metrics.metrics()).match(
      new RegExp(`registry_canary_decisions_total\\{${labels}\\} (\\d+)`),
    )?.[1];
  };
  expect(await count()).toBe('0');
  const { logger } = testTelemetry('registry');
  tellDecisions(logger, metrics)({ environment, release: 2, kind: 'roll-back', share: 1 });
  expect(await count()).toBe('1');
});
