import { TributaryError } from '@tributary/errors';
import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { type Reply, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User users: [User!]! }
    type User @key(fields: "id") { id: ID! name: String! age: Int height: Float colour: Colour boss: User }
    enum Colour { RED GREEN @inaccessible }
  `,
  reviews: `
    type User @key(fields: "id") { id: ID! rating: Int! best: Review }
    type Review { stars: Int! }
  `,
});

const NOT_READ = 'an answer is not what the code reads';

describe('one answer that is not as expected', () => {
  const SOURCE = '{ me { name age height colour } }';
  const user = (change: Record<string, string>) => {
    const fields = { name: '"n"', age: '1', height: '1.5', colour: '"RED"', ...change };
    return `{"data":{"me":{${Object.entries(fields).map(([key, value]) => `"${key}":${value}`)}}}}`;
  };
  const plain = { name: 'n', age: 1, height: 1.5, colour: 'RED' };

  it.each<[string, Reply, unknown]>([
    ['another order of keys', '{"data":{"me":{"colour":"RED","name":"n","height":1.5,"age":1}}}', plain],
    ['a key too many', '{"data":{"me":{"name":"n","more":1,"age":1,"height":1.5,"colour":"RED"}}}', plain],
    ['a key twice', '{"data":{"me":{"name":"x","name":"n","age":1,"height":1.5,"colour":"RED"}}}', plain],
    ['white space that is not at its beginning', user({}).replace('"me":', '"me": '), plain],
    ['an Int with a point', user({ age: '7.0' }), { ...plain, age: 7 }],
    ['a Float with an exponent', user({ height: '15e-1' }), plain],
    [
      'a Float of many digits',
      user({ height: '1.23456789012345678' }),
      { ...plain, height: 1.2345678901234567 },
    ],
    ['escapes in a key', '{"data":{"me":{"n\\u0061me":"n","age":1,"height":1.5,"colour":"RED"}}}', plain],
    ['escapes in an enum value', user({ colour: '"R\\u0045D"' }), plain],
    ['another status', { status: 201, body: Buffer.from(user({})) }, plain],
    ['a byte order mark', `\ufeff${user({})}`, plain],
  ])('gives the same data: %s', async (_what, reply, me) => {
    const engine = new TestEngine(planner).replies('users', reply);
    const { result, why } = await engine.execute(SOURCE);
    expect(why).toBe(NOT_READ);
    expect(result).toEqual({ data: { me } });
    expect(Object.keys(result.data?.me as object)).toEqual(Object.keys(plain));
    expect(engine.sent).toHaveLength(1);
  });

  it.each<[string, Reply, unknown, (string | number)[] | undefined]>([
    ['null where there must be a value', user({ name: 'null' }), { me: null }, ['me', 'name']],
    ['an Int that is none', user({ age: '2147483648' }), { me: { ...plain, age: null } }, ['me', 'age']],
    ['a text where a number belongs', user({ age: '"1"' }), { me: { ...plain, age: null } }, ['me', 'age']],
    [
      'a number that is too large',
      user({ height: '1e400' }),
      { me: { ...plain, height: null } },
      ['me', 'height'],
    ],
    [
      'an enum value that clients may not see',
      user({ colour: '"GREEN"' }),
      { me: { ...plain, colour: null } },
      ['me', 'colour'],
    ],
    ['a list where an object belongs', '{"data":{"me":[]}}', { me: null }, ['me']],
    ['a truncated body', user({}).slice(0, -5), { me: null }, ['me']],
    [
      'no JSON at all',
      { status: 502, contentType: 'text/html', body: Buffer.from('<html>') },
      { me: null },
      ['me'],
    ],
    [
      'bytes that are not UTF-8',
      { body: Buffer.from(user({ name: '"\xe9"' }), 'latin1') },
      { me: null },
      ['me'],
    ],
    ['no answer', new TributaryError('SUBGRAPH_TIMEOUT', 'Too slow'), { me: null }, ['me']],
  ])('is an error at its place: %s', async (_what, reply, data, path) => {
    const engine = new TestEngine(planner).replies('users', reply);
    const { result, why } = await engine.execute(SOURCE);
    expect(why).toBeDefined();
    expect(result.data).toEqual(data);
    expect(result.errors).toEqual([expect.objectContaining({ path })]);
    expect(engine.sent).toHaveLength(1);
  });

  it('keeps the errors that came with it', async () => {
    const engine = new TestEngine(planner).replies(
      'users',
      '{"errors":[{"message":"no age today","path":["me","age"]}],"data":{"me":{"name":"n","age":null,"height":1.5,"colour":"RED"}}}',
    );
    const { result } = await engine.execute(SOURCE);
    expect(result.data).toEqual({ me: { ...plain, age: null } });
    expect(result.errors).toEqual([
      expect.objectContaining({ message: 'no age today', path: ['me', 'age'] }),
    ]);
  });
});

describe('an answer in the middle of a plan that is not as expected', () => {
  const SOURCE = '{ users { name rating best { stars } } }';
  const user = (id: string) => `{"__typename":"User","id":"${id}","name":"n${id}"}`;
  const users = (...ids: string[]) => `{"data":{"users":[${ids.map(user)}]}}`;

  it('is not asked for again, nor is what came before it', async () => {
    const engine = new TestEngine(planner)
      .replies('users', users('1', '2', '1'))
      .replies(
        'reviews',
        '{"data":{"_entities":[{"best":{"stars":5},"rating":1},{"best":null,"rating":2}]}}',
      );
    const { text, why } = await engine.execute(SOURCE);
    expect(why).toBe(NOT_READ);
    expect(text).toBe(
      '{"data":{"users":[{"name":"n1","rating":1,"best":{"stars":5}},{"name":"n2","rating":2,"best":null},{"name":"n1","rating":1,"best":{"stars":5}}]}}',
    );
    expect(engine.sent).toHaveLength(2);
  });

  it('makes the complete executor ask for the rest', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"users":[{"id":"1","__typename":"User","name":"n1"}]}}')
      .replies('reviews', '{"data":{"_entities":[{"rating":1,"best":null}]}}');
    const { text } = await engine.execute(SOURCE);
    expect(text).toBe('{"data":{"users":[{"name":"n1","rating":1,"best":null}]}}');
    expect(engine.sent).toEqual([
      'users {"query":"{users{__typename id name}}","variables":{}}',
      'reviews {"query":"query($representations:[_Any!]!){_entities(representations:$representations){...on User{rating best{stars}}}}","variables":{"representations":[{"__typename":"User","id":"1"}]}}',
    ]);
  });

  it.each([
    ['fewer entities than asked for', '[{"rating":1,"best":null}]'],
    [
      'more entities than asked for',
      '[{"rating":1,"best":null},{"rating":2,"best":null},{"rating":3,"best":null}]',
    ],
    ['no list of entities', 'null'],
  ])('is an error where it has %s', async (_what, entities) => {
    const engine = new TestEngine(planner)
      .replies('users', users('1', '2'))
      .replies('reviews', `{"data":{"_entities":${entities}}}`);
    const { result } = await engine.execute('{ users { name best { stars } } }');
    expect(result.errors).not.toEqual([]);
    expect(result.data).toEqual({
      users: [
        { name: 'n1', best: null },
        { name: 'n2', best: null },
      ],
    });
    expect(engine.sent).toHaveLength(2);
  });

  it('gives an error of one entity the places of all that are equal to it', async () => {
    const engine = new TestEngine(planner)
      .replies('users', users('1', '2', '1'))
      .replies(
        'reviews',
        '{"data":{"_entities":[{"best":null},{"best":{"stars":2}}]},"errors":[{"message":"m","path":["_entities",0,"best"]}]}',
      );
    const { result } = await engine.execute('{ users { best { stars } } }');
    expect(result.data).toEqual({ users: [{ best: null }, { best: { stars: 2 } }, { best: null }] });
    expect(result.errors?.map(({ path }) => path)).toEqual([
      ['users', 0, 'best'],
      ['users', 2, 'best'],
    ]);
  });

  it('is an error of its place where an entity is missing that has to be there', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","name":"n"}}}')
      .replies('reviews', '{"data":{"_entities":[null]}}');
    const { result } = await engine.execute('{ me { name rating } }');
    expect(result.data).toEqual({ me: null });
    expect(result.errors).toEqual([expect.objectContaining({ path: ['me', 'rating'] })]);
    expect(engine.sent).toHaveLength(2);
  });
});
