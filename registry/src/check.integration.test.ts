import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckAnswer, Finding } from './contract/check.ts';
import type { KnownOperation, UsageReport } from './domain/usage.ts';
import { LINK, startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const USERS = `${LINK}type Query {
  me: User
}
type User @key(fields: "id") {
  id: ID!
  name: String
  email: String!
}`;
const REVIEWS = `${LINK}type User @key(fields: "id") {
  id: ID!
  reviews: [Review!]!
}
type Review { text: String! }`;

/** What clients are said to send; each test says its own. */
let usage: UsageReport;
let manifests: readonly KnownOperation[];
let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry({
    usage: { read: async () => usage, operations: async () => [] },
    manifests: { operations: async () => manifests },
  });
});
beforeEach(async () => {
  usage = { samples: 0, uses: new Map() };
  manifests = [];
  environment = await registry.newEnvironment();
  await environment.publish('users', USERS);
});
afterAll(() => registry[Symbol.asyncDispose]());

async function check(subgraph: string, sdl: string, more: object = {}): Promise<CheckAnswer> {
  const { status, body } = await environment.check(subgraph, sdl, more);
  expect(status).toBe(200);
  return body;
}

function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, rule, coordinate }) =>
    [severity, rule, coordinate].filter(Boolean).join(' '),
  );
}

describe('a check', () => {
  it('passes what is there already, and names the base that a publish may expect', async () => {
    const { composition } = await environment.list();
    expect(await check('users', USERS)).toEqual({
      passed: true,
      environment: environment.name,
      subgraph: 'users',
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      base: composition,
      composition,
      findings: [],
    });
  });

  it('passes a new subgraph, and writes nothing', async () => {
    const before = await environment.list();
    const answer = await check('reviews', REVIEWS);
    expect(answer).toMatchObject({ passed: true, base: before.composition });
    expect(answer.composition).not.toBe(before.composition);
    expect(await environment.list()).toEqual(before);
    expect((await environment.publish('reviews', REVIEWS, { expectBase: answer.base })).status).toBe(201);
  });

  it('passes the first subgraph of an environment', async () => {
    environment = await registry.newEnvironment();
    expect(await check('users', USERS)).toMatchObject({ passed: true, base: 'none' });
  });

  it('fails what does not compose, with the lines of both sides', async () => {
    const { passed, findings } = await check(
      'users2',
      'type Query {\n  other: Int\n}\ntype User {\n  email: Int!\n}',
    );
    expect(passed).toBe(false);
    const mismatch = findings.find(({ rule }) => rule === 'composition/FIELD_TYPE_MISMATCH');
    expect(mismatch?.places).toEqual([
      { subgraph: 'users', line: 8, column: 3 },
      { subgraph: 'users2', line: 5, column: 3 },
    ]);
  });

  it('against an earlier composition says what it would have said then', async () => {
    const { composition } = await environment.list();
    await environment.publish('reviews', REVIEWS);
    expect(await check('reviews', REVIEWS.replace('reviews:', 'ratings:'))).toMatchObject({ passed: false });
    expect(
      await check('reviews', REVIEWS.replace('reviews:', 'ratings:'), { base: composition }),
    ).toMatchObject({
      passed: true,
      base: composition,
    });
  });

  it('refuses what is not GraphQL, and settings that it does not know', async () => {
    expect(await environment.check('users', 'type {')).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'SCHEMA_INVALID',
          problems: [{ places: [{ subgraph: 'users', line: 1, column: 6 }] }],
        },
      },
    });
    expect(await environment.check('users', USERS, { lint: { beauty: 'error' } })).toMatchObject({
      status: 400,
    });
    expect(await environment.check('users', USERS, { base: 'f'.repeat(64) })).toMatchObject({ status: 404 });
  });
});

describe('a breaking change', () => {
  const WITHOUT_NAME = USERS.replace('  name: String\n', '');
  const finding = async (more: object = {}) => {
    const { passed, findings } = await check('users', WITHOUT_NAME, more);
    return { passed, ...findings.find(({ rule }) => rule === 'breaking/FIELD_REMOVED') };
  };

  it('has its coordinate, the place that it was taken from and the line in which it stood', async () => {
    expect(await finding()).toMatchObject({
      coordinate: 'User.name',
      message: "Field 'name' was removed from object type 'User'. It was in line 7 of what is published.",
      places: [{ subgraph: 'users', line: 5, column: 6 }],
    });
  });

  it('is inconclusive while nothing is known of what clients send, and fails unless that is allowed', async () => {
    expect(await finding()).toMatchObject({
      passed: false,
      severity: 'error',
      verdict: { kind: 'inconclusive', samples: 0 },
    });
    expect(await finding({ allowInconclusive: true })).toMatchObject({ passed: true, severity: 'warning' });
  });

  it('is safe when enough samples do not use it, with the upper bound 3/n', async () => {
    usage = { samples: 6_000, uses: new Map() };
    expect(await finding()).toMatchObject({
      passed: true,
      severity: 'notice',
      verdict: {
        kind: 'safe',
        upperBound: 3 / 6_000,
        why: expect.stringContaining('0 uses in 6000 samples'),
      },
    });
  });

  it('is unsafe when one request uses it, and names the clients', async () => {
    usage = { samples: 6_000, uses: new Map([['User.name', { count: 1, clients: ['web 12'] }]]) };
    expect(await finding({ allowInconclusive: true })).toMatchObject({
      passed: false,
      verdict: { kind: 'unsafe', uses: 1, usedBy: ['web 12'] },
    });
  });

  it('is unsafe for a registered app even if nobody uses it now', async () => {
    usage = { samples: 1_000_000, uses: new Map() };
    manifests = [
      {
        id: '1',
        name: 'Profile',
        body: 'query Profile { me { ...N } } fragment N on User { name }',
        usedBy: 'ios 3.1',
      },
    ];
    expect(await finding()).toMatchObject({
      passed: false,
      verdict: { kind: 'unsafe', usedBy: ['ios 3.1 (Profile)'] },
    });
  });

  it('is safe for an app whose operations use something else', async () => {
    usage = { samples: 1_000_000, uses: new Map() };
    manifests = [{ id: '1', name: 'Profile', body: '{ me { email } }', usedBy: 'ios 3.1' }];
    expect(await finding()).toMatchObject({ passed: true });
  });
});

describe('a change that only gateways see', () => {
  it('of access is judged like a breaking one', async () => {
    const { passed, findings } = await check(
      'users',
      USERS.replace('email: String!', 'email: String! @authenticated'),
    );
    expect(passed).toBe(false);
    expect(told(findings)).toContain('error federation/ACCESS_TIGHTENED User.email');
  });

  it('of keys and fields is a warning about the order of the rollout', async () => {
    await environment.publish('reviews', REVIEWS.replace('reviews:', 'nick: String @shareable reviews:'));
    const { passed, findings } = await check(
      'reviews',
      REVIEWS.replace('fields: "id"', 'fields: "id", resolvable: false').replace(
        '  reviews: [Review!]!\n',
        '',
      ),
      { allowInconclusive: true },
    );
    expect(told(findings)).toEqual(
      expect.arrayContaining([
        'warning federation/KEY_REMOVED User',
        'warning federation/FIELD_LEFT User.reviews',
        'warning breaking/FIELD_REMOVED User.reviews',
      ]),
    );
    expect(passed).toBe(true);
  });

  it('of the routing URL is told', async () => {
    const { passed, findings } = await check('users', USERS, { routingUrl: 'http://new.test/graphql' });
    expect({ passed, told: told(findings) }).toEqual({
      passed: true,
      told: ['notice federation/ROUTING_URL_CHANGED'],
    });
  });
});

describe('query plans', () => {
  /** Reviews know the name now only by asking users first. */
  const DEEPER = `${LINK}type User @key(fields: "id") {
    id: ID!
    name: String @external
    reviews: [Review!]! @requires(fields: "name")
  }
  type Review { text: String! }
  type Query { reviewer: User }`;
  const OPERATION: KnownOperation = {
    id: '1',
    name: 'Reviews',
    body: 'query Reviews { reviewer { reviews { text } } }',
    usedBy: 'android 2',
  };

  beforeEach(async () => {
    await environment.publish('reviews', `${REVIEWS} type Query { reviewer: User }`);
    manifests = [OPERATION];
  });

  it('that become deeper are a warning, and both are shown', async () => {
    const { passed, findings } = await check('reviews', DEEPER);
    expect(passed).toBe(true);
    expect(findings.filter(({ rule }) => rule.startsWith('plan/'))).toEqual([
      expect.objectContaining({
        severity: 'warning',
        rule: 'plan/FETCH_DEPTH_INCREASED',
        message: 'Reviews of android 2 would need 3 fetches one after the other instead of 1.',
        plans: {
          operation: 'Reviews',
          depthBefore: 1,
          depthAfter: 3,
          before: expect.stringContaining('Fetch(service: "reviews")'),
          after: expect.stringContaining('Sequence {'),
        },
      }),
    ]);
  });

  it('that become deeper than allowed fail the check', async () => {
    expect(await check('reviews', DEEPER, { maxFetchDepthIncrease: 1 })).toMatchObject({ passed: false });
    expect(await check('reviews', DEEPER, { maxFetchDepthIncrease: 2 })).toMatchObject({ passed: true });
  });
});

describe('lint rules', () => {
  const UGLY = `${USERS}\nenum colour { red @deprecated(reason: "old") GREEN @deprecated }\ninput Thing { a: Int }\ntype More { A_b(Arg: Int): colour }`;

  it('warn, each with its line', async () => {
    const { passed, findings } = await check('users', UGLY);
    expect(passed).toBe(true);
    expect(told(findings).filter((line) => line.includes('lint/'))).toEqual([
      'warning lint/type-name colour',
      'warning lint/enum-value-name colour.red',
      'warning lint/deprecation-reason colour.GREEN',
      'warning lint/input-name Thing',
      'warning lint/field-name More.A_b',
      'warning lint/field-name More.A_b(Arg:)',
    ]);
    expect(findings.find(({ coordinate }) => coordinate === 'colour.red')?.places).toEqual([
      { subgraph: 'users', line: 10, column: 15 },
    ]);
  });

  it('can be made errors, or left out', async () => {
    const lint = { 'type-name': 'error', 'enum-value-name': 'off', description: 'warning' };
    const { passed, findings } = await check('users', UGLY, { lint });
    expect(passed).toBe(false);
    expect(told(findings)).toEqual(
      expect.arrayContaining(['error lint/type-name colour', 'warning lint/description User.email']),
    );
    expect(told(findings)).not.toContain('warning lint/enum-value-name colour.red');
  });
});
