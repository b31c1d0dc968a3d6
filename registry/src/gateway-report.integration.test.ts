import { LATENCY_BUCKETS } from '@tributary/supergraph-delivery';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArmOperation, GatewayReport } from './contract/gateways.ts';
import { LINK, startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const DIGEST = 'd'.repeat(64);
const OPERATION = 'a'.repeat(64);
const SLOW = { ms: 40, traceId: null, subgraph: 'one', coordinate: 'Query.a' };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

describe('POST /v1/environments/:environment/gateways', () => {
  it('renews a lease and says how long it holds', async () => {
    const environment = await released();
    const { status, body } = await send(environment, report({}));
    expect({ status, body }).toEqual({ status: 200, body: { leaseSeconds: 15 } });
    await send(environment, report({ sequence: 2, serves: [DIGEST, OPERATION] }));
    expect(await leases(environment)).toMatchObject([
      { gateway: 'one', serves: [DIGEST, OPERATION], report: 2n },
    ]);
  });

  it('forgets a gateway that stops', async () => {
    const environment = await released();
    await send(environment, report({}));
    await send(environment, report({ sequence: 2, serves: [] }));
    expect(await leases(environment)).toEqual([]);
  });

  it('adds up what several gateways have counted', async () => {
    const environment = await released();
    const failure = { coordinate: 'Query.a', subgraph: 'one', code: 'SUBGRAPH_ERROR', count: 1 };
    const first = operation({
      requests: 3,
      errors: 1,
      failures: [{ ...failure, traceIds: ['1'.repeat(32)] }],
    });
    const second = operation({
      requests: 2,
      errors: 1,
      failures: [{ ...failure, traceIds: ['2'.repeat(32)] }],
    });
    await send(environment, report({ gateway: 'one', canary: canary({ canary: [first] }) }));
    await send(environment, report({ gateway: 'two', canary: canary({ canary: [second], live: [first] }) }));
    const [atCanary, atLive] = await rows(environment);
    expect(atCanary).toMatchObject({ arm: 'canary', share: 10, name: 'A', requests: 5n, errors: 2n });
    expect(atCanary?.latency.slice(0, 3)).toEqual([5n, 0n, 0n]);
    expect(atCanary?.failures).toEqual([
      { ...failure, count: 2, traceIds: ['2'.repeat(32), '1'.repeat(32)] },
    ]);
    expect(atLive).toMatchObject({ arm: 'live', requests: 3n });
    const bins = await registry.database.db
      .selectFrom('arm_bin')
      .selectAll()
      .where('environment', '=', environment.name)
      .execute();
    expect(bins.filter(({ arm }) => arm === 'canary').reduce((sum, { requests }) => sum + requests, 0n)).toBe(
      5n,
    );
    for (const { at } of bins) expect(at.getTime() % 5_000).toBe(0);
  });

  it('keeps the three slowest requests of all gateways', async () => {
    const environment = await released();
    const slow = (ms: number) => ({ ...SLOW, ms });
    const sendSlowest = (gateway: string, slowest: ArmOperation['slowest']) =>
      send(
        environment,
        report({ gateway, canary: canary({ canary: [operation({ requests: 3, slowest })] }) }),
      );
    expect((await sendSlowest('one', [slow(40.5), slow(10)])).status).toBe(200);
    await sendSlowest('two', [slow(30), slow(20), slow(5)]);
    expect(await rows(environment)).toMatchObject([{ slowest: [slow(40.5), slow(30), slow(20)] }]);
  });

  it('counts for gateways, and beside registries, that do not know of slow requests', async () => {
    const environment = await released();
    const key = { environment: environment.name, release: 1, share: 10, arm: 'canary' } as const;
    // As a registry of before inserts it.
    await sql`
      insert into arm_operation (environment, release, share, arm, operation, name, requests, errors, latency, failures)
      values (${key.environment}, ${key.release}, ${key.share}, ${key.arm}, ${OPERATION}, 'A', 1, 0,
        array_fill(0::bigint, array[64]), '[]')`.execute(registry.database.db);
    const { status } = await send(
      environment,
      report({ canary: canary({ canary: [operation({ requests: 3 })] }) }),
    );
    expect(status).toBe(200);
    expect(await rows(environment)).toMatchObject([{ requests: 4n, slowest: [] }]);
  });

  it('counts a report that comes again only once', async () => {
    const environment = await released();
    const once = report({ canary: canary({ canary: [operation({ requests: 3 })] }) });
    await Promise.all([send(environment, once), send(environment, once), send(environment, once)]);
    expect(await rows(environment)).toMatchObject([{ requests: 3n }]);
  });

  it('keeps what a newer report says it serves when an older one comes late', async () => {
    const environment = await released();
    await send(environment, report({ sequence: 7, serves: [DIGEST] }));
    await send(environment, report({ sequence: 6, serves: [OPERATION] }));
    expect(await leases(environment)).toMatchObject([{ serves: [DIGEST], report: 7n }]);
  });

  it('renews the lease of a gateway whose canary is not of this environment, and counts nothing', async () => {
    const environment = await released();
    const { status } = await send(
      environment,
      report({ canary: { ...canary({ canary: [operation({ requests: 3 })] }), release: 99 } }),
    );
    expect(status).toBe(200);
    expect(await rows(environment)).toEqual([]);
    expect(await leases(environment)).toHaveLength(1);
  });

  it('has 1,000 rows for an arm and sums up what is beyond', async () => {
    const environment = await released();
    for (let batch = 0; batch < 6; batch++) {
      const operations = Array.from({ length: 200 }, (_, index) =>
        operation({ operation: (batch * 200 + index).toString(16).padStart(64, '0'), requests: 1 }),
      );
      await send(environment, report({ sequence: batch + 1, canary: canary({ canary: operations }) }));
    }
    const all = await rows(environment);
    expect(all).toHaveLength(1_001);
    expect(all.find(({ operation }) => operation === '')).toMatchObject({ requests: 200n, name: null });
  });

  it.each([
    ['a gateway without a name', { gateway: '' }],
    ['a report without a number', { sequence: 0 }],
    ['a digest that is none', { serves: ['x'] }],
    ['counts of other buckets', { canary: canary({ live: [operation({ latency: [1] })] }) }],
    ['four slow requests', { canary: canary({ live: [operation({ slowest: Array(4).fill(SLOW) })] }) }],
    [
      'a trace that is none',
      { canary: canary({ live: [operation({ slowest: [{ ...SLOW, traceId: '1' }] })] }) },
    ],
    ['a negative count', { canary: canary({ live: [operation({ requests: -1 })] }) }],
  ] as const)('refuses %s', async (_, wrong) => {
    const environment = await released();
    const { status, body } = await send(environment, report(wrong as Partial<GatewayReport>));
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect(await leases(environment)).toEqual([]);
  });

  it('refuses a token that is not a gateway’s, and an environment that is not there', async () => {
    const environment = await released();
    const reader = await registry.newToken('reader');
    expect((await send(environment, report({}), reader)).status).toBe(403);
    const gateway = await registry.newToken('gateway');
    expect((await send(environment, report({}), gateway)).status).toBe(200);
    const { status } = await registry.send('POST', '/v1/environments/nowhere/gateways', report({}));
    expect(status).toBe(404);
  });
});

async function released(): Promise<TestEnvironment> {
  const environment = await registry.newEnvironment();
  await environment.publish('one', `${LINK} type Query { a: Int }`);
  return environment;
}

function send(environment: TestEnvironment, body: object, token = registry.token) {
  return registry.send('POST', `${environment.path}/gateways`, body, { token });
}

function report(more: Partial<GatewayReport>): GatewayReport {
  return { gateway: 'one', sequence: 1, serves: [DIGEST], ...more };
}

function canary(arms: Partial<NonNullable<GatewayReport['canary']>['arms']>) {
  return { release: 1, share: 10, arms: { live: [], canary: [], ...arms } };
}

function operation(more: Partial<ArmOperation>): ArmOperation {
  const latency = Array.from({ length: LATENCY_BUCKETS }, (_, bucket) =>
    bucket === 0 ? (more.requests ?? 0) : 0,
  );
  return { operation: OPERATION, name: 'A', requests: 0, errors: 0, latency, failures: [], ...more };
}

function leases({ name }: TestEnvironment) {
  return registry.database.db
    .selectFrom('gateway_lease')
    .selectAll()
    .where('environment', '=', name)
    .execute();
}

function rows({ name }: TestEnvironment) {
  return registry.database.db
    .selectFrom('arm_operation')
    .selectAll()
    .where('environment', '=', name)
    .orderBy('arm')
    .execute();
}
