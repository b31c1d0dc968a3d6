import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UsageBody } from './contract/usage.ts';
import { startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const SCHEMA = `type Query {
  me: User
  find(limit: Int, filter: Filter): [User]
}
type User { id: ID! name: String age: Int }
input Filter { text: String status: Status }
enum Status { OPEN DONE }`;

let now = new Date('2026-03-10T12:00:00Z');
let registry: TestRegistry;
let environment: TestEnvironment;
let gateway: string;
beforeAll(async () => {
  registry = await startTestRegistry({ now: () => now, usageWindowDays: 7 });
  gateway = await registry.newToken('gateway');
});
beforeEach(async () => {
  now = new Date('2026-03-10T12:00:00Z');
  environment = await registry.newEnvironment();
  await environment.publish('users', SCHEMA);
});
afterAll(() => registry[Symbol.asyncDispose]());

/** A report of one operation that one client sent. */
function report(
  requests: number,
  { text = ['Query.me', 'User.id'], values = {}, client = 'web', version = '12' }: ReportOptions = {},
): UsageBody {
  const used = Object.entries(values);
  return {
    id: randomUUID(),
    coordinates: [...text, ...used.map(([coordinate]) => coordinate)],
    operations: [
      {
        hash: 'a'.repeat(64),
        name: 'Me',
        document: 'query Me{me{id}}',
        coordinates: text.map((_, place) => place),
        clients: [
          {
            name: client,
            version,
            requests,
            values: used.map(([, times], index) => [text.length + index, times]),
          },
        ],
      },
    ],
  };
}

interface ReportOptions {
  readonly text?: readonly string[];
  readonly values?: Readonly<Record<string, number>>;
  readonly client?: string;
  readonly version?: string;
}

function send(body: unknown, token = gateway) {
  return registry.send('POST', `${environment.path}/usage`, body, { token });
}

async function verdictOf(sdl: string, coordinate: string) {
  const { body } = await environment.check('users', sdl);
  return body.findings.find((finding) => finding.coordinate === coordinate)?.verdict;
}

const WITHOUT_AGE = SCHEMA.replace(' age: Int', '');

describe('what gateways report', () => {
  it('makes a change unsafe that takes something from a client, with its name', async () => {
    await send(report(40, { text: ['Query.me', 'User.age'] }));
    await send(report(960));
    await send(report(2, { text: ['User.age'], client: 'ios', version: '3.1' }));
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toEqual({
      kind: 'unsafe',
      why: expect.stringContaining('42 uses in 1002 samples (4.2 % of requests)'),
      samples: 1002,
      uses: 42,
      usedBy: ['client web 12', 'client ios 3.1'],
    });
  });

  it('makes a change safe that nobody used in enough samples, and inconclusive in too few', async () => {
    await send(report(2_999));
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ kind: 'inconclusive', samples: 2_999 });
    await send(report(1));
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({
      kind: 'safe',
      why: '0 uses in 3000 samples: with 95 % confidence less than 0.10 % of requests use it',
      upperBound: 0.001,
    });
  });

  it('tells those who give an argument from those who leave it out or give null', async () => {
    const required = SCHEMA.replace('limit: Int', 'limit: Int!');
    await send(report(5_000, { text: ['Query.find', 'Query.find(limit:)'] }));
    expect(await verdictOf(required, 'Query.find(limit:)')).toMatchObject({ kind: 'safe' });
    await send(report(7, { text: ['Query.find'], values: { 'Query.find(limit:)=null': 3 } }));
    expect(await verdictOf(required, 'Query.find(limit:)')).toMatchObject({ kind: 'unsafe', uses: 3 });
  });

  it('judges enum values and input fields by what variables brought', async () => {
    await send(
      report(9_000, { text: ['Query.find'], values: { 'Filter.status': 9_000, 'Status.OPEN': 9_000 } }),
    );
    const without = (text: string) => SCHEMA.replace(text, '');
    expect(await verdictOf(without(' DONE'), 'Status.DONE')).toMatchObject({ kind: 'safe' });
    expect(await verdictOf(without('OPEN '), 'Status.OPEN')).toMatchObject({ kind: 'unsafe' });
    expect(await verdictOf(without('text: String '), 'Filter.text')).toMatchObject({ kind: 'safe' });
  });

  it('is counted once, however often it comes, at once or later', async () => {
    const body = report(10, { text: ['User.age'] });
    const answers = await Promise.all([send(body), send(body), send(body)]);
    expect(answers.map((answer) => answer.body.counted).toSorted()).toEqual([false, false, true]);
    expect((await send(body)).body).toEqual({ counted: false });
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ uses: 10, samples: 10 });
  });

  it('adds up whole where many gateways report at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send(report(10, { text: ['User.age', 'Query.me'], client: `c${index % 3}` })),
      ),
    );
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ uses: 200, samples: 200 });
  });

  it('sends gateways away while too many report at once, and loses nothing when they come again', async () => {
    const bodies = Array.from({ length: 60 }, () => report(1, { text: ['User.age'] }));
    const answers = await Promise.all(bodies.map((body) => send(body)));
    const refused = bodies.filter((_, index) => answers[index]?.status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const body of bodies) await send(body);
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ uses: 60, samples: 60 });
  });

  it('counts for a window of days, and is then forgotten', async () => {
    await send(report(10, { text: ['User.age'] }));
    now = new Date('2026-03-16T23:00:00Z');
    await send(report(5));
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ uses: 10, samples: 15 });
    now = new Date('2026-03-17T01:00:00Z');
    await send(report(1));
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ uses: 0, samples: 6 });
    const left = await registry.database.db
      .selectFrom('usage_coordinate')
      .select('day')
      .where('environment', '=', environment.name)
      .where('day', '<', '2026-03-11')
      .execute();
    expect(left).toEqual([]);
  });

  it('is of one environment', async () => {
    await send(report(5_000));
    const other = await registry.newEnvironment();
    await other.publish('users', SCHEMA);
    const { body } = await other.check('users', WITHOUT_AGE);
    expect(body.findings[0]?.verdict).toMatchObject({ kind: 'inconclusive', samples: 0 });
  });

  it('makes its busiest operations known to the plans of a check', async () => {
    await send(report(5));
    const { body } = await environment.check('users', SCHEMA.replace('  me: User\n', ''));
    expect(body.findings).toContainEqual(
      expect.objectContaining({
        rule: 'plan/UNPLANNABLE',
        message: expect.stringContaining('Me of client web 12 '),
      }),
    );
  });

  it('counts clients that invent names as others', async () => {
    const template = report(1, { text: ['User.age'] });
    const [operation] = template.operations;
    const clients = Array.from({ length: 500 }, (_, index) => ({
      name: `bot${index}`,
      version: '',
      requests: 1,
      values: [],
    }));
    await send({ ...template, operations: [{ ...operation, clients }] });
    const verdict = await verdictOf(WITHOUT_AGE, 'User.age');
    expect(verdict).toMatchObject({ uses: 500, samples: 500 });
    expect(verdict?.usedBy).toHaveLength(301);
    expect(verdict?.usedBy).toContain('other clients');
  });

  it('is taken from gateways only, and refused with all that is wrong with it', async () => {
    expect(await send(report(1), await registry.newToken('reader'))).toMatchObject({ status: 403 });
    expect(await registry.send('POST', '/v1/environments/nowhere/usage', report(1))).toMatchObject({
      status: 404,
    });
    const bad = { ...report(1), id: 'no uuid', coordinates: ['drop table', 'User.id'] };
    const { status, body } = await send(bad);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'BAD_REQUEST',
      faults: [expect.stringContaining('id'), expect.stringContaining('coordinates.0')],
    });
  });
});
