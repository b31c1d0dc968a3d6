import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';

const reference = { __resolveReference: (object: object) => object };

function cinema() {
  return new TestFederation({
    media: {
      sdl: `
        type Query { media: [Media!]! }
        interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! author: Person }
        type Film implements Media @key(fields: "id") { id: ID! director: Person }
        type Person @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          media: () => [
            { __typename: 'Book', id: 1, author: { id: 7 } },
            { __typename: 'Film', id: 2, director: { id: 8 } },
          ],
        },
      },
    },
    people: {
      sdl: 'type Person @key(fields: "id") { id: ID! name(length: Int): String nick: String }',
      resolvers: {
        Person: {
          ...reference,
          name: ({ id }: { id: string }, { length }: { length?: number }) => `name ${id} ${length ?? '-'}`,
          nick: ({ id }: { id: string }) => `nick ${id}`,
        },
      },
    },
    ratings: {
      sdl: `type Media @key(fields: "id") @interfaceObject {
        id: ID! score(of: Int): String note: String friend: Media }`,
      resolvers: {
        Media: {
          ...reference,
          score: ({ id }: { id: string }, { of }: { of: number }) => `score ${id} ${of}`,
          note: ({ id }: { id: string }) => `note ${id}`,
          friend: ({ id }: { id: string }) => ({ id }),
        },
      },
    },
  });
}

describe('one response name with several meanings', () => {
  it.each([
    [
      'other fields of one subgraph, met on the same path',
      '{ media { ... on Book { who: author { x: name } } ... on Film { who: director { x: nick } } } }',
      [{ who: { x: 'name 7 -' } }, { who: { x: 'nick 8' } }],
    ],
    [
      'other arguments, met on the same path',
      '{ media { ... on Book { p: author { name(length: 1) } } ... on Film { p: director { name(length: 2) } } } }',
      [{ p: { name: 'name 7 1' } }, { p: { name: 'name 8 2' } }],
    ],
    [
      'other arguments of a field of an @interfaceObject',
      '{ media { ... on Book { x: score(of: 1) } ... on Film { x: score(of: 2) } } }',
      [{ x: 'score 1 1' }, { x: 'score 2 2' }],
    ],
    [
      'other fields of an @interfaceObject',
      '{ media { ... on Book { x: note } ... on Film { x: score(of: 1) } } }',
      [{ x: 'note 1' }, { x: 'score 2 1' }],
    ],
    [
      'other fields below a field of an @interfaceObject',
      '{ media { ... on Book { f: friend { x: note } } ... on Film { f: friend { x: score(of: 3) } } } }',
      [{ f: { x: 'note 1' } }, { f: { x: 'score 2 3' } }],
    ],
  ])('keeps them apart: %s', async (_, query, media) => {
    expect(await cinema().execute(query)).toEqual({ data: { media } });
  });

  it.each([
    [
      '{ media { id: __typename ... on Book { author { id: nick } } } }',
      [{ id: 'Book', author: { id: 'nick 7' } }, { id: 'Film' }],
    ],
    [
      '{ media { __typename: id ... on Film { director { _entities: nick } } } }',
      [{ __typename: '1' }, { __typename: '2', director: { _entities: 'nick 8' } }],
    ],
    [
      '{ media { _tr_id: id id: note } }',
      [
        { _tr_id: '1', id: 'note 1' },
        { _tr_id: '2', id: 'note 2' },
      ],
    ],
  ])('takes aliases that are names of keys or of the protocol: %s', async (query, media) => {
    expect(await cinema().execute(query)).toEqual({ data: { media } });
  });

  it('plans an operation without them exactly as it is written', async () => {
    const federation = cinema();
    await federation.execute('{ media { id x: id ... on Book { author { name nick y: name } } } }');
    expect(federation.sent.map(({ query }) => query).join()).not.toContain('_tr_');
  });
});

describe('one field that two types promise differently', () => {
  const subject = () =>
    new TestFederation({
      loose: {
        sdl: `interface Node { of: Part } interface Part { v: String } type Leaf implements Part { v: String @shareable }
          type A implements Node @key(fields: "id") { id: ID! of: Part @shareable }`,
      },
      strict: {
        sdl: `type Query { nodes: [Node] } interface Node { of: Part } interface Part { v: String }
          type A implements Node @key(fields: "id") { id: ID! of: Part! @shareable }
          type Leaf implements Part { v: String! @shareable }`,
        resolvers: {
          Query: { nodes: () => [{ __typename: 'A', id: 1, of: { __typename: 'Leaf', v: 'leaf' } }] },
        },
      },
    });
  const data = { nodes: [{ of: { v: 'leaf' } }] };

  it('is planned in fragments that have only conditions', async () => {
    const query = 'query ($no: Boolean!) { nodes { of { v } ... on A { ... @skip(if: $no) { of { v } } } } }';
    expect(await subject().execute(query, { no: false })).toEqual({ data });
    expect(await subject().execute(query, { no: true })).toEqual({ data });
  });

  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('is planned in fragments that differ by their conditions: %s, %s', async (one, two) => {
    const inner = 'of { v ... on Leaf { v } }';
    const query = `query ($one: Boolean!, $two: Boolean!) {
      nodes { ${inner} ... on A @include(if: $one) { ${inner} } ... on A @include(if: $two) { ${inner} } }
    }`;
    expect(await subject().execute(query, { one, two })).toEqual({ data });
  });
});
