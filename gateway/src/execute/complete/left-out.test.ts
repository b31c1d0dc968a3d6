import { describe, expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

const federation = () =>
  new TestFederation({
    shop: {
      sdl: `
        type Query { items: [Item!]! first: Item }
        type Item @key(fields: "id") { id: ID! title: String }`,
      resolvers: { Query: { items: () => ['1', '2', '1'].map(item), first: () => item('1') } },
    },
    stock: {
      sdl: `
        type Item @key(fields: "id") { id: ID! left: Int mustLeft: Int! box: Box }
        type Box { size: Int! tags: [String!] }`,
      resolvers: { Item: { left: () => 5, mustLeft: () => 5, box: () => ({ size: 2, tags: ['a'] }) } },
    },
  });

function item(id: string) {
  return { id, title: `Item ${id}` };
}

describe('a field that a subgraph leaves out', () => {
  it('names who was asked for what is missing inside of lists and of objects that others brought', async () => {
    const { errors } = await federation()
      .answer('shop', () => ({
        data: {
          items: [
            { __typename: 'Item', id: '1' },
            { __typename: 'Item', id: '2', title: 'Two' },
          ],
        },
      }))
      .answer('stock', () => ({ data: { _entities: [{ box: { size: 1 } }, { box: null }] } }))
      .execute('{ items { title box { size tags } } }');
    expect(errors).toMatchObject([
      { path: ['items', 0, 'title'], extensions: { serviceName: 'shop' } },
      { path: ['items', 0, 'box', 'tags'], extensions: { serviceName: 'stock' } },
    ]);
  });

  it('is an error, whether it may be null or not', async () => {
    const subject = federation().answer('stock', () => ({ data: { _entities: [{}] } }));
    const { data, errors } = await subject.execute('{ first { title left } }');
    expect(data).toEqual({ first: { title: 'Item 1', left: null } });
    expect(errors).toEqual([
      {
        message: 'No subgraph answer for Item.left',
        path: ['first', 'left'],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', serviceName: 'stock' },
      },
    ]);
    const strict = await subject.execute('{ first { mustLeft } }');
    expect(strict.data).toEqual({ first: null });
    expect(strict.errors).toMatchObject([
      { path: ['first', 'mustLeft'], extensions: { serviceName: 'stock' } },
    ]);
  });

  it('is the error of what is not asked for without it', async () => {
    const { data, errors } = await federation()
      .answer('shop', () => ({ data: { items: [{ __typename: 'Item', id: '1' }, { __typename: 'Item' }] } }))
      .execute('{ items { left } }');
    expect(data).toEqual({ items: [{ left: 5 }, { left: null }] });
    expect(errors).toEqual([
      {
        message: 'The subgraph shop answered with not all of the fields it was asked for',
        path: ['items', 1, 'left'],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', serviceName: 'shop' },
      },
    ]);
  });

  it('is told once for all that is not asked for without it', async () => {
    const { errors } = await federation()
      .answer('shop', () => ({ data: { items: Array(1000).fill({ __typename: 'Item' }) } }))
      .execute('{ items { left } }');
    expect(errors).toHaveLength(100);
  });
});

describe('an object that two subgraphs are asked for at once, and one leaves out', () => {
  const sdl = (fields: string) => `
    type Query { both: Thing @shareable }
    type Thing @key(fields: "id") { id: ID! @shareable ${fields} }`;
  const subject = () =>
    new TestFederation({
      a: { sdl: sdl('a: Int'), resolvers: { Query: { both: () => ({ id: '1', a: 1 }) } } },
      b: {
        sdl: `type Query { both: Thing @shareable other: Int }
          type Thing @key(fields: "code", resolvable: true) { code: ID! b: Int }`,
        resolvers: { Query: { both: () => ({ code: '1', b: 2 }), other: () => 3 } },
      },
      c: {
        sdl: 'type Thing @key(fields: "code") { code: ID! c: Int }',
        resolvers: { Thing: { __resolveReference: () => ({ c: 4 }) } },
      },
    });

  it('has errors for what another subgraph would have gone on with', async () => {
    const query = '{ both { a b c } other }';
    expect(await subject().execute(query)).toEqual({ data: { both: { a: 1, b: 2, c: 4 }, other: 3 } });
    const { data, errors } = await subject()
      .answer('b', () => ({ data: { other: 3 } }))
      .execute(query);
    expect(data).toEqual({ both: { a: 1, b: null, c: null }, other: 3 });
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['both.b', 'both.c']);
  });
});
