import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

const federation = () =>
  new TestFederation({
    shop: {
      sdl: `
        type Query { items: [Item!]! some: [Item] first: Item cart: Cart }
        type Mutation { add: Cart! rename: String }
        type Cart { lines: [Line!]! note: String total: Int! }
        type Line { item: Item! count: Int! }
        type Item @key(fields: "id") { id: ID! title: String weight: Int }
      `,
      resolvers: {
        Query: { items: () => ['1', '2', '1'].map(item), first: () => item('1'), cart },
        Mutation: { add: cart, rename: () => 'done' },
        Item: { __resolveReference: ({ id }: { id: string }) => item(id) },
      },
    },
    stock: {
      sdl: `
        type Mutation { restock: Boolean! }
        type Item @key(fields: "id") {
          id: ID!
          weight: Int @external
          left: Int
          mustLeft: Int!
          box: Box
          shipping: Int @requires(fields: "weight")
        }
        type Box { size: Int! tags: [String!] }
      `,
      resolvers: {
        Mutation: { restock: () => true },
        Item: {
          left: () => 5,
          mustLeft: () => 5,
          box: () => ({ size: 2, tags: ['a'] }),
          shipping: ({ weight }: { weight: number | null }) => (weight ?? 0) * 2,
        },
      },
    },
  });

function many(length: number) {
  return Array.from({ length }, (_, id) => ({ __typename: 'Item', id }));
}

function item(id: string) {
  return { id, title: `Item ${id}`, weight: 3 };
}

function cart() {
  return {
    lines: [
      { item: item('1'), count: 1 },
      { item: item('2'), count: 2 },
    ],
    note: null,
    total: 3,
  };
}

const down: GraphQLFormattedError = { message: 'down', extensions: { code: 'GONE' } };

/** Paths as text: they are what these tests are about. */
function paths(errors: ExecutionResult['errors']) {
  return errors?.map(({ path }) => path?.join('.'));
}

describe('a fetch that fails as a whole', () => {
  const failing = () => federation().answer('stock', () => ({ errors: [down] }));

  it('has one error for each place that it leaves null, in the names of the client', async () => {
    const { data, errors } = await failing().execute('{ things: items { t: title l: left box { size } } }');
    const thing = (id: string) => ({ t: `Item ${id}`, l: null, box: null });
    expect(data).toEqual({ things: ['1', '2', '1'].map(thing) });
    expect(paths(errors)?.toSorted()).toEqual([
      'things.0.box',
      'things.0.l',
      'things.1.box',
      'things.1.l',
      'things.2.box',
      'things.2.l',
    ]);
    expect(errors?.[0]).toMatchObject({
      message: 'down',
      extensions: { code: 'GONE', serviceName: 'stock' },
    });
  });

  it('nulls what may not be null as far up as it must, with no error beside its own', async () => {
    const { data, errors } = await failing().execute('{ first { mustLeft } items { mustLeft } }');
    expect(data).toBeNull();
    expect(paths(errors)?.toSorted()).toEqual([
      'first.mustLeft',
      'items.0.mustLeft',
      'items.1.mustLeft',
      'items.2.mustLeft',
    ]);
  });

  it('has at most a hundred errors of one fault', async () => {
    const subject = failing().answer('shop', () => ({
      data: { some: many(3000), items: many(3000) },
    }));
    expect((await subject.execute('{ items { left } }')).errors).toHaveLength(100);
    expect((await subject.execute('{ some: items { mustLeft } }')).errors).toHaveLength(100);
  });

  it('has the errors of root fields at them, and none at what was skipped', async () => {
    const subject = federation().answer('shop', () => ({ errors: [down] }));
    const { data, errors } = await subject.execute(
      'query ($no: Boolean = false) { one: first { id } cart @include(if: $no) { note } __typename }',
    );
    expect(data).toEqual({ one: null, __typename: 'Query' });
    expect(paths(errors)).toEqual(['one']);
  });

  it.each([
    ['no entities', { data: {} }],
    ['fewer entities', { data: { _entities: [{ left: 1 }] } }],
    ['entities that are no list', { data: { _entities: { left: 1 } } }],
    ['no JSON', '<html>'],
    ['nothing', ''],
  ])('may answer with %s', async (_, answer) => {
    const { data, errors } = await federation()
      .answer('stock', () => answer)
      .execute('{ items { left } }');
    expect(data).toEqual({ items: [{ left: null }, { left: null }, { left: null }] });
    expect(paths(errors)?.toSorted()).toEqual(['items.0.left', 'items.1.left', 'items.2.left']);
    for (const error of errors ?? []) {
      expect(error).toMatchObject({
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', serviceName: 'stock' },
      });
    }
  });
});

describe('an error of a subgraph', () => {
  it('is at every place of its entity', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({
        data: { _entities: [{ l: null }, { l: 2 }] },
        errors: [{ ...down, path: ['_entities', 0, 'l'] }],
      }))
      .execute('{ items { l: left } }');
    expect(data).toEqual({ items: [{ l: null }, { l: 2 }, { l: null }] });
    expect(paths(errors)).toEqual(['items.0.l', 'items.2.l']);
  });

  it('keeps its path below what is null', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({
        data: { _entities: [{ b: null }] },
        errors: [{ ...down, path: ['_entities', 0, 'b', 's'] }],
      }))
      .execute('{ first { b: box { s: size } } }');
    expect(data).toEqual({ first: { b: null } });
    expect(paths(errors)).toEqual(['first.b.s']);
  });

  it('is at the nearest place that the client asked for', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({
        data: { _entities: [{ b: { s: 1 } }] },
        errors: [{ ...down, path: ['_entities', 0, 'b', 'hidden', 0, 'x'] }],
      }))
      .execute('{ first { b: box { s: size } } }');
    expect(data).toEqual({ first: { b: { s: 1 } } });
    expect(paths(errors)).toEqual(['first.b']);
  });

  it('that nulled its whole entity is the error of all that was lost with it', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({
        data: { _entities: [null] },
        errors: [{ ...down, path: ['_entities', 0, 'left'] }],
      }))
      .execute('{ first { title left box { size } } }');
    expect(data).toEqual({ first: { title: 'Item 1', left: null, box: null } });
    expect(paths(errors)).toEqual(['first.left', 'first.box']);
  });

  it('is told once where it nulls the object for the client too', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({
        data: { _entities: [null] },
        errors: [{ ...down, path: ['_entities', 0, 'mustLeft'] }],
      }))
      .execute('{ first { left mustLeft box { size } } }');
    expect(data).toEqual({ first: null });
    expect(paths(errors)).toEqual(['first.mustLeft']);
  });

  it('explains the nulls of its whole response when the subgraph nulled that', async () => {
    const { data, errors } = await federation()
      .answer('shop', () => ({ data: null, errors: [{ ...down, path: ['items', 1, 'id'] }] }))
      .execute('{ items { id } first { id } }');
    expect(data).toBeNull();
    expect(paths(errors)).toEqual(['items.1.id']);
  });

  it('without a path stands for the entities that came back null', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({ data: { _entities: [null, { left: 2 }] }, errors: [down] }))
      .execute('{ items { left } }');
    expect(data).toEqual({ items: [{ left: null }, { left: 2 }, { left: null }] });
    expect(paths(errors)).toEqual(['items.0.left', 'items.2.left']);
  });

  it('without a path, where nothing is null, stands for the operation', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({ data: { _entities: [{ left: 2 }] }, errors: [down] }))
      .execute('{ first { left } }');
    expect(data).toEqual({ first: { left: 2 } });
    expect(errors).toEqual([{ message: 'down', extensions: { code: 'GONE', serviceName: 'stock' } }]);
  });

  it.each([[['_entities', 7, 'left']], [['nowhere']], [[{}]], [[-1]], [[]]])(
    'with a path of nothing (%j) is kept',
    async (path) => {
      const { data, errors } = await federation()
        .answer('stock', () => ({ data: { _entities: [{ left: 2 }] }, errors: [{ ...down, path }] }))
        .execute('{ first { left } }');
      expect(data).toEqual({ first: { left: 2 } });
      expect(errors).toHaveLength(1);
    },
  );
});

describe('entities', () => {
  it('that come back null leave their fields null without an error', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({ data: { _entities: [null, { left: 2 }] } }))
      .execute('{ items { title left } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      items: [
        { title: 'Item 1', left: null },
        { title: 'Item 2', left: 2 },
        { title: 'Item 1', left: null },
      ],
    });
  });

  it('that come back null are an error where null may not be', async () => {
    const { data, errors } = await federation()
      .answer('stock', () => ({ data: { _entities: [null] } }))
      .execute('{ first { mustLeft } }');
    expect(data).toEqual({ first: null });
    expect(errors).toMatchObject([
      {
        message: 'Cannot return null for non-nullable field Item.mustLeft.',
        path: ['first', 'mustLeft'],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
      },
    ]);
  });

  it.each([
    ['another type', { __typename: 'Cart', left: 1 }],
    ['no object', 'Item'],
  ])('that come back as %s are not used', async (_, entity) => {
    const { data, errors } = await federation()
      .answer('stock', () => ({ data: { _entities: [entity] } }))
      .execute('{ first { title left } }');
    expect(data).toEqual({ first: { title: 'Item 1', left: null } });
    expect(errors).toMatchObject([
      { path: ['first', 'left'], extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', serviceName: 'stock' } },
    ]);
  });
});

describe('what is fetched only for another subgraph', () => {
  const chain = () =>
    new TestFederation({
      a: {
        sdl: 'type Query { t: T! } type T @key(fields: "id") { id: ID! }',
        resolvers: { Query: { t: () => ({ id: '1' }) } },
      },
      b: {
        sdl: 'type T @key(fields: "id") { id: ID! size: Int }',
        resolvers: { T: { size: () => 4 } },
      },
      c: {
        sdl: 'type T @key(fields: "id") { id: ID! size: Int @external area: Int! @requires(fields: "size") same: Int @requires(fields: "size") }',
        resolvers: {
          T: {
            area: ({ size }: { size: number | null }) => (size ?? -1) ** 2,
            same: ({ size }: { size: number | null }) => size,
          },
        },
      },
    });

  it('gives its error to the fields that needed it, which are not asked for', async () => {
    const subject = chain().answer('b', () => ({ errors: [down] }));
    const { data, errors } = await subject.execute('{ t { id s: same } }');
    expect(data).toEqual({ t: { id: '1', s: null } });
    expect(errors).toEqual([
      { message: 'down', path: ['t', 's'], extensions: { code: 'GONE', serviceName: 'b' } },
    ]);
    expect(subject.sent.map(({ subgraph }) => subgraph)).toEqual(['a', 'b']);
  });

  it('explains their nulls', async () => {
    const { data, errors } = await chain()
      .answer('b', () => ({ errors: [down] }))
      .execute('{ t { size area } }');
    expect(data).toBeNull();
    expect(paths(errors)).toEqual(['t.size', 't.area']);
  });

  it('is sent as null when it is null', async () => {
    const { data, errors } = await chain()
      .answer('b', () => ({ data: { _entities: [{ size: null }] } }))
      .execute('{ t { same area } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ t: { same: null, area: 1 } });
  });
});

describe('a value that is none of its type', () => {
  const stockSends = (entity: object) =>
    federation().answer('stock', () => ({ data: { _entities: [entity] } }));
  const shopSends = (data: object) => federation().answer('shop', () => ({ data }));
  const senders = async (subject: TestFederation, query: string) => {
    const { errors = [] } = await subject.execute(query);
    return errors.map(({ path, extensions }) => [path?.join('.'), extensions?.code, extensions?.serviceName]);
  };
  const MALFORMED = 'SUBGRAPH_MALFORMED_RESPONSE';

  it('names who sent it, whoever brought the object around it', async () => {
    expect(await senders(stockSends({ left: 'five' }), '{ first { title left } }')).toEqual([
      ['first.left', MALFORMED, 'stock'],
    ]);
    const first = { __typename: 'Item', id: '1', title: 7 };
    expect(await senders(shopSends({ first }), '{ first { title left } }')).toEqual([
      ['first.title', MALFORMED, 'shop'],
    ]);
  });

  it('names who sent it at the end of lists and aliases', async () => {
    expect(
      await senders(stockSends({ b: { t: ['a', 7] } }), '{ one: first { b: box { t: tags } } }'),
    ).toEqual([['one.b.t.1', MALFORMED, 'stock']]);
  });

  it('names who sent null where none may be', async () => {
    expect(await senders(stockSends({ mustLeft: null }), '{ first { mustLeft } }')).toEqual([
      ['first.mustLeft', MALFORMED, 'stock'],
    ]);
    const cart = { lines: [null], total: 3 };
    expect(await senders(shopSends({ cart }), '{ cart { lines { count } total } }')).toEqual([
      ['cart.lines.0', MALFORMED, 'shop'],
    ]);
  });

  it('names the later where two sent what does not fit together', async () => {
    const subject = new TestFederation({
      one: {
        sdl: 'type Query { t: T } type T @key(fields: "id") { id: ID! box: Box @shareable } type Box @shareable { a: Int same: Int }',
      },
      two: {
        sdl: 'type T @key(fields: "id") { id: ID! box: Box @shareable } type Box @shareable { b: Int same: Int }',
      },
    })
      .answer('one', () => ({ data: { t: { __typename: 'T', id: '1', box: { a: 1 } } } }))
      .answer('two', () => ({ data: { _entities: [{ box: 'none' }] } }));
    expect(await senders(subject, '{ t { box { a b } } }')).toEqual([['t.box', MALFORMED, 'two']]);
  });
});

describe('mutations', () => {
  it('run in order across subgraphs, and go on after one has failed', async () => {
    const subject = federation().answer('stock', () => ({ errors: [down] }));
    const { data, errors } = await subject.execute('mutation { rename add { total } again: rename }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ rename: 'done', add: { total: 3 }, again: 'done' });
    const failed = await subject.execute('mutation { first: rename restock last: rename }');
    expect(failed.data).toBeNull();
    expect(paths(failed.errors)).toEqual(['restock']);
    expect(subject.sent.slice(-3).map(({ subgraph }) => subgraph)).toEqual(['shop', 'stock', 'shop']);
  });
});
