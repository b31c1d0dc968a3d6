import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LINK, startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const USERS = `${LINK}type Query { me: User }\ntype User @key(fields: "id") { id: ID! name: String }`;
const ORDERS = `${LINK}type User @key(fields: "id") { id: ID! orders: [Order!]! }\ntype Order { id: ID! }`;
/** Composes with users, and not with orders. */
const OTHER_ORDERS = `${LINK}type User @key(fields: "id") { id: ID! }\ntype Query { order: Order }\ntype Order { id: Int! }`;

let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
});
afterAll(() => registry[Symbol.asyncDispose]());

/** Everything that a publish may write; revisions are of all environments. */
async function contents() {
  const { db } = registry.database;
  const { name } = environment;
  const [revisions, releases, members, audit] = await Promise.all([
    db.selectFrom('revision').select('id').execute(),
    db
      .selectFrom('release')
      .select(['number', 'state'])
      .where('environment', '=', name)
      .orderBy('number')
      .execute(),
    db.selectFrom('release_member').select('subgraph').where('environment', '=', name).execute(),
    db.selectFrom('audit').select('action').where('environment', '=', name).orderBy('id').execute(),
  ]);
  return {
    revisions: revisions.length,
    releases: releases.map(({ number, state }) => `${number} ${state}`),
    members: members.length,
    audit: audit.map(({ action }) => action),
  };
}

describe('a publish', () => {
  it('is a revision, a release that is live, and entries of the audit log', async () => {
    const first = await environment.publish('users', USERS, { commit: 'c0ffee' });
    expect(first).toMatchObject({
      status: 201,
      body: { changed: true, release: 1, state: 'live', environment: environment.name, subgraph: 'users' },
    });
    const second = await environment.publish('orders', ORDERS);
    expect(second).toMatchObject({ status: 201, body: { release: 2, state: 'live' } });
    expect(await contents()).toEqual({
      revisions: expect.any(Number),
      releases: ['1 superseded', '2 live'],
      members: 3,
      audit: ['subgraph.publish', 'release.live', 'subgraph.publish', 'release.live'],
    });
    const body = await environment.list();
    expect(body).toMatchObject({
      release: 2,
      subgraphs: [
        { name: 'orders', commit: null },
        { name: 'users', commit: 'c0ffee', author: 'first admin', routingUrl: 'http://users.test/graphql' },
      ],
    });
  });

  it('of what is there already changes nothing, whatever its layout', async () => {
    await environment.publish('users', USERS);
    const before = await contents();
    const again = await environment.publish('users', `# a comment\n${USERS.replaceAll(' { ', ' {\n  ')}`);
    expect(again).toMatchObject({ status: 200, body: { changed: false, release: 1 } });
    expect(await contents()).toEqual(before);
  });

  it('keeps the routing URL unless it names another', async () => {
    await environment.publish('users', USERS);
    await environment.publish('users', `${USERS}\ntype More { a: Int }`, { routingUrl: undefined });
    const moved = await environment.publish('users', `${USERS}\ntype More { a: Int }`, {
      routingUrl: 'http://elsewhere.test/graphql',
    });
    expect(moved).toMatchObject({ status: 201, body: { changed: true } });
    const { body } = await environment.supergraph();
    expect(body).toContain('url: "http://elsewhere.test/graphql"');
  });

  it('that does not compose is refused with its lines, and changes nothing', async () => {
    await environment.publish('users', USERS);
    await environment.publish('orders', ORDERS);
    const before = await contents();
    const refused = await environment.publish('users', USERS.replace('{ id: ID!', '{\n  id: Int!'));
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      error: {
        code: 'COMPOSITION_FAILED',
        problems: [
          {
            code: 'FIELD_TYPE_MISMATCH',
            places: expect.arrayContaining([{ subgraph: 'users', line: 4, column: 3 }]),
          },
        ],
      },
    });
    expect(await contents()).toEqual(before);
  });

  it('that is not GraphQL is refused with its line', async () => {
    const refused = await environment.publish('users', 'type Query {\n  a: \n}');
    expect(refused).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'SCHEMA_INVALID',
          message: 'The schema cannot be read in line 3, column 1: Syntax Error: Expected Name, found "}".',
        },
      },
    });
  });

  it.each([
    ['no routing URL the first time', { routingUrl: undefined }, /routing URL/],
    ['a routing URL that is none', { routingUrl: 'nowhere' }, /routingUrl: a routing URL is an absolute/],
    ['an empty schema', { sdl: '' }, /sdl/],
    ['an expected base that is none', { expectBase: 'latest' }, /expectBase: an expected base is a digest/],
    ['a key that does not exist', { comit: 'a' }, /comit/],
  ])('with %s is told so', async (_what, change, message) => {
    const refused = await environment.publish('users', USERS, change);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', message: expect.stringMatching(message) } },
    });
    expect((await contents()).releases).toEqual([]);
  });

  it('to an environment that is not there is refused', async () => {
    const path = '/v1/environments/prod/subgraphs/users/revisions';
    const refused = await registry.send('POST', path, { sdl: USERS, routingUrl: 'http://users.test' });
    expect(refused).toMatchObject({
      status: 404,
      body: {
        error: {
          message: expect.stringMatching(/^There is no environment prod; there are dev, production, /),
        },
      },
    });
  });
});

describe('a publish with an expected base', () => {
  const baseOf = async () => (await environment.list()).composition;

  it('succeeds while the base is there', async () => {
    expect(await environment.publish('users', USERS, { expectBase: 'none' })).toMatchObject({ status: 201 });
    expect(await environment.publish('orders', ORDERS, { expectBase: await baseOf() })).toMatchObject({
      status: 201,
    });
  });

  it('succeeds on another base when the two go together', async () => {
    await environment.publish('users', USERS);
    const expectBase = await baseOf();
    await environment.publish('other', `${LINK}type Query { other: Int }`);
    expect(await environment.publish('orders', ORDERS, { expectBase })).toMatchObject({ status: 201 });
  });

  it('is a conflict when they do not, and names it and who was first', async () => {
    await environment.publish('users', USERS);
    const expectBase = await baseOf();
    await environment.publish('orders', ORDERS, { commit: 'first', expectBase });
    const before = await contents();
    const crossed = await environment.publish('shop', OTHER_ORDERS, { expectBase });
    expect(crossed.status).toBe(409);
    expect(crossed.body).toMatchObject({
      error: {
        code: 'PUBLISH_CONFLICT',
        message: expect.stringContaining(
          'This goes with what it was checked against, but not with orders, which changed since',
        ),
        conflict: {
          expectedBase: expectBase,
          actualBase: await baseOf(),
          since: [{ release: 2, cause: 'publish', subgraph: 'orders', commit: 'first' }],
          problems: expect.arrayContaining([expect.objectContaining({ code: 'FIELD_TYPE_MISMATCH' })]),
        },
      },
    });
    expect(await contents()).toEqual(before);
  });

  it('is a conflict when the two together take from clients what neither takes alone', async () => {
    const shared = `${LINK}type Query { a: Int @shareable b: Int @shareable }`;
    const without = `${LINK}type Query { b: Int @shareable }`;
    await environment.publish('one', shared);
    await environment.publish('two', shared);
    const expectBase = await baseOf();
    expect(await environment.publish('one', without, { expectBase })).toMatchObject({ status: 201 });
    expect(await environment.publish('two', without, { expectBase })).toMatchObject({
      status: 409,
      body: { error: { conflict: { problems: [{ code: 'FIELD_REMOVED' }] } } },
    });
  });

  it('is no conflict when it would not have composed with the expected base either', async () => {
    await environment.publish('users', USERS);
    const expectBase = await baseOf();
    await environment.publish('other', `${LINK}type Query { other: Int }`);
    const refused = await environment.publish('orders', ORDERS.replace('[Order!]!', 'Nothing'), {
      expectBase,
    });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'COMPOSITION_FAILED' } } });
  });

  it('is a conflict when the environment never had that base', async () => {
    await environment.publish('users', USERS);
    const refused = await environment.publish('orders', ORDERS, { expectBase: 'a'.repeat(64) });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'PUBLISH_CONFLICT' } } });
  });
});

describe('crossing publishes', () => {
  it('that compose alone and not together: in 50 rounds exactly one succeeds each time', async () => {
    await environment.publish('users', USERS);
    for (let round = 0; round < 50; round++) {
      const body = await environment.list();
      const expectBase = body.composition;
      const name = `Thing${round}`;
      const sdl = (type: string) =>
        `${LINK}type Query { of${type}${round}: ${name} }\ntype ${name} { a: ${type} @shareable }`;
      const statuses = await Promise.all(
        ['Int', 'String'].map(
          async (type) => (await environment.publish(`${type}s`, sdl(type), { expectBase })).status,
        ),
      );
      expect(statuses.toSorted()).toEqual([201, 409]);
      const winner = statuses[0] === 201 ? 'Ints' : 'Strings';
      expect(await environment.retire(winner)).toMatchObject({
        status: 200,
      });
    }
    expect((await contents()).releases.filter((release) => release.endsWith('live'))).toHaveLength(1);
  }, 120_000);

  it('that go together all succeed, one release each', async () => {
    await environment.publish('users', USERS);
    const names = Array.from({ length: 10 }, (_, index) => `part${index}`);
    const answers = await Promise.all(
      names.map((name) => environment.publish(name, `${LINK}type Query { ${name}: Int }`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const body = await environment.list();
    expect(body.subgraphs.map(({ name }) => name)).toEqual([...names, 'users']);
    expect((await contents()).releases).toHaveLength(11);
  });
});

describe('retiring a subgraph', () => {
  it('is a release without it', async () => {
    await environment.publish('users', USERS);
    await environment.publish('orders', ORDERS);
    const answer = await environment.retire('orders');
    expect(answer).toMatchObject({ status: 200, body: { release: 3, changed: true } });
    const { body } = await environment.supergraph();
    expect(body).not.toContain('orders');
    expect((await contents()).audit.slice(-2)).toEqual(['subgraph.retire', 'release.live']);
  });

  it('is refused for the last one, and for one that is not there', async () => {
    await environment.publish('users', USERS);
    expect(await environment.retire('users')).toMatchObject({ status: 422 });
    expect(await environment.retire('orders')).toMatchObject({ status: 404 });
  });
});
