import { TributaryError } from '@tributary/errors';
import { describe, expect, it } from 'vitest';
import { MAX_PLACES } from '../complete/index.ts';
import { compose } from '../testing/compose.ts';
import { type Reply, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User users: [User!]! found: [Found!]! }
    type User @key(fields: "id") { id: ID! name: String! friends: [User!] }
    type Shop @key(fields: "id") { id: ID! }
    union Found = User | Shop
  `,
  loyalty: `
    type User @key(fields: "id") { id: ID! points: Int tier: String card: Card rank: Int! }
    type Card { number: String! }
    type Shop @key(fields: "id") { id: ID! points: Int }
  `,
  badges: `
    type User @key(fields: "id") { id: ID! points: Int @external badge: String @requires(fields: "points") medal: String }
  `,
});

const AWAY = new TributaryError('SUBGRAPH_TIMEOUT', 'The subgraph loyalty did not answer in time', {
  extensions: { retryAfterSeconds: 3 },
});
const ME = '{"data":{"me":{"__typename":"User","id":"1","name":"Ümit"}}}';

const causeAt = (...path: (string | number)[]) => ({
  message: AWAY.message,
  path,
  extensions: { retryAfterSeconds: 3, code: 'SUBGRAPH_TIMEOUT', serviceName: 'loyalty' },
});

describe('a fetch of entities that fails', () => {
  it.each<[string, Reply]>([
    ['is refused or in vain', AWAY],
    ['has another status and no GraphQL in it', { status: 502, body: Buffer.from('<html>') }],
    ['is no JSON', '<html>'],
    ['is empty', ''],
  ])(
    'costs its own fields and no others, and compiled code says so, where the answer %s',
    async (_, reply) => {
      const engine = new TestEngine(planner).replies('users', ME).replies('loyalty', reply);
      const { result, why } = await engine.execute('{ me { stand: tier name points card { number } } }');
      expect(why).toBeUndefined();
      expect(result.data).toEqual({ me: { stand: null, name: 'Ümit', points: null, card: null } });
      expect(result.errors?.map(({ path }) => path?.join('.'))).toEqual(['me.stand', 'me.points', 'me.card']);
      expect(engine.sent).toHaveLength(2);
    },
  );

  it('gives its code, its extensions and its subgraph to each place', async () => {
    const users = '{"data":{"all":[{"__typename":"User","id":"1"},{"__typename":"User","id":"2"}]}}';
    const engine = new TestEngine(planner).replies('users', users).replies('loyalty', AWAY);
    const { result, why } = await engine.execute('{ all: users { points } }');
    expect(why).toBeUndefined();
    expect(result.errors).toEqual([causeAt('all', 0, 'points'), causeAt('all', 1, 'points')]);
  });

  it('is told at each place of an entity that stands at several, and not where there is none', async () => {
    const friend = '{"__typename":"User","id":"7"}';
    const users = `{"data":{"users":[{"friends":[${friend},${friend}]},{"friends":null},{"friends":[${friend}]}]}}`;
    const engine = new TestEngine(planner).replies('users', users).replies('loyalty', AWAY);
    const { result, why } = await engine.execute('{ users { friends { points } } }');
    expect(why).toBeUndefined();
    expect(result.errors?.map(({ path }) => path?.join('.'))).toEqual([
      'users.0.friends.0.points',
      'users.0.friends.1.points',
      'users.2.friends.0.points',
    ]);
  });

  it('is not told more often than anyone would read', async () => {
    const users = Array.from({ length: 500 }, (_, id) => `{"__typename":"User","id":"${id}"}`);
    const engine = new TestEngine(planner)
      .replies('users', `{"data":{"users":[${users}]}}`)
      .replies('loyalty', AWAY);
    const { result } = await engine.execute('{ users { points } }');
    expect(result.errors).toHaveLength(MAX_PLACES);
  });

  it('is told at the same of its many places, whichever executor finds them', async () => {
    // Entities are asked for once each, and found in the order of their first place; the answer has them in another one.
    const ids = Array.from({ length: 300 }, (_, index) => (index * 7) % 40);
    const users = ids.map((id) => `{"__typename":"User","id":"${id}"}`);
    const told = await Promise.all(
      (['compiled', 'complete'] as const).map(async (mode) => {
        const engine = new TestEngine(planner, { mode })
          .replies('users', `{"data":{"users":[${users}]}}`)
          .replies('loyalty', AWAY);
        const { result } = await engine.execute('{ users { points } }');
        return result.errors?.map(({ path }) => path?.join('.'));
      }),
    );
    expect(told[0]).toEqual(Array.from({ length: MAX_PLACES }, (_, index) => `users.${index}.points`));
    expect(told[1]).toEqual(told[0]);
  });

  it('stands beside another that fails for another reason, in the order of the plan', async () => {
    const gone = new TributaryError('SUBGRAPH_UNAVAILABLE', 'The subgraph badges is away');
    const engine = new TestEngine(planner)
      .replies('users', ME)
      .replies('loyalty', AWAY)
      .replies('badges', gone);
    const { result, why } = await engine.execute('{ me { name medal points } }');
    expect(why).toBeUndefined();
    expect(result.data).toEqual({ me: { name: 'Ümit', medal: null, points: null } });
    expect(result.errors?.map(({ extensions }) => extensions?.serviceName).sort()).toEqual([
      'badges',
      'loyalty',
    ]);
  });

  it.each<[string, string, string, unknown]>([
    ['its null has to rise', ME, '{ me { name rank } }', { me: null }],
    [
      'another fetch needs what it was to bring',
      ME,
      '{ me { name badge } }',
      { me: { name: 'Ümit', badge: null } },
    ],
    [
      'the type of its entities does not follow from their place',
      '{"data":{"found":[{"__typename":"User","id":"1","name":"n"},{"__typename":"Shop"}]}}',
      '{ found { ... on User { name points } } }',
      { found: [{ name: 'n', points: null }, {}] },
    ],
  ])('leaves it to the complete executor where %s', async (_, users, source, data) => {
    const engine = new TestEngine(planner).replies('users', users).replies('loyalty', AWAY);
    const { result, why } = await engine.execute(source);
    expect(why).toBe('a fetch failed');
    expect(result.data).toEqual(data);
    expect(engine.sent).toHaveLength(2);
  });

  it('leaves it to the complete executor where an answer breaks off while it is read', async () => {
    const engine = new TestEngine(planner)
      .replies('users', ME)
      .replies('loyalty', '{"data":{"_entities":[{"points":5,"tier":');
    const { result, why } = await engine.execute('{ me { name points tier } }');
    expect(why).toBe('an answer is not what the code reads');
    expect(result.data).toEqual({ me: { name: 'Ümit', points: null, tier: null } });
  });
});
