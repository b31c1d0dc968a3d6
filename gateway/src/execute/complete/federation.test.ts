import { expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

it('puts together value types whose fields come from different subgraphs, lists too', async () => {
  const subject = new TestFederation({
    a: {
      sdl: `
        type Query { t: T }
        type T @key(fields: "id") { id: ID! size: Size @shareable sizes: [Size] @shareable }
        type Size { width: Int unit: String @shareable }
      `,
      resolvers: {
        Query: {
          t: () => ({
            id: '1',
            size: { width: 1, unit: 'a' },
            sizes: [{ width: 1, unit: 'a' }, { width: 4 }],
          }),
        },
      },
    },
    b: {
      sdl: `
        type T @key(fields: "id") { id: ID! size: Size @shareable sizes: [Size] @shareable }
        type Size { height: Int unit: String @shareable }
      `,
      resolvers: {
        T: {
          size: () => ({ height: 2, unit: 'b' }),
          sizes: () => [
            { height: 2, unit: 'b' },
            { height: 3, unit: 'b' },
          ],
        },
      },
    },
  });
  expect(await subject.execute('{ t { size { width height } sizes { height width } } }')).toEqual({
    data: {
      t: {
        size: { width: 1, height: 2 },
        sizes: [
          { height: 2, width: 1 },
          { height: 3, width: 4 },
        ],
      },
    },
  });
});

it('fetches root fields again below a mutation that gives back the query type', async () => {
  const subject = new TestFederation({
    a: {
      sdl: `
        schema { query: Root mutation: Mutation }
        type Root { one: Int }
        type Mutation { write: Payload pages: [Payload] }
        type Payload { ok: Boolean query: Root! }
      `,
      resolvers: {
        Root: { one: () => 1 },
        Mutation: { write: () => ({ ok: true, query: {} }), pages: () => [{ query: {} }, { query: {} }] },
      },
    },
    b: {
      sdl: 'type Query { two: Int t: T } type T { x: Int }',
      resolvers: { Query: { two: () => 2, t: () => ({ x: 3 }) } },
    },
  });
  expect(
    await subject.execute(
      'mutation { write { ok query { one two } } pages { query { __typename t { x } } } }',
    ),
  ).toEqual({
    data: {
      write: { ok: true, query: { one: 1, two: 2 } },
      pages: [1, 2].map(() => ({ query: { __typename: 'Query', t: { x: 3 } } })),
    },
  });
});

it('runs the branches of a condition by its variable, given or by default', async () => {
  const subject = new TestFederation({
    a: {
      sdl: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
      resolvers: { Query: { t: () => ({ id: '1' }) } },
    },
    b: { sdl: 'type T @key(fields: "id") { id: ID! x: Int }', resolvers: { T: { x: () => 1 } } },
  });
  const source = 'query ($on: Boolean = true) { t { id x @include(if: $on) } }';
  expect(await subject.execute(source)).toEqual({ data: { t: { id: '1', x: 1 } } });
  expect(await subject.execute(source, { on: false })).toEqual({ data: { t: { id: '1' } } });
  expect(subject.sent.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'a']);
  await expect(subject.execute(source, { on: null })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

it('takes the answers of parallel fetches in the order of the plan, whichever comes first', async () => {
  const subgraph = (fields: string, letter: string) => ({
    sdl: `
      type T @key(fields: "id") { id: ID! box: Box @shareable }
      type Box { ${fields} same: [Int] @shareable }
    `,
    resolvers: { T: { box: () => ({ a: letter, b: letter, c: letter, same: [1] }) } },
  });
  const federation = () =>
    new TestFederation({
      root: {
        sdl: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        resolvers: { Query: { t: () => ({ id: '1' }) } },
      },
      one: subgraph('a: String', 'one'),
      two: subgraph('b: String', 'two'),
      three: subgraph('c: String', 'three'),
    });
  const source = '{ t { box { a b c } } }';
  const quick = federation();
  expect(await quick.execute(source)).toEqual({ data: { t: { box: { a: 'one', b: 'two', c: 'three' } } } });

  const [, first = ''] = quick.sent.map(({ subgraph }) => subgraph);
  const lie = { a: first, b: first, c: first };
  const slow = federation().answer(first, async () => {
    for (let turn = 0; turn < 50; turn++) await null;
    return { data: { _entities: [{ box: lie }] } };
  });
  const { data } = await slow.execute(source);
  expect(Object.values((data as { t: { box: object } }).t.box).toSorted()).toEqual(['one', 'three', 'two']);
});
