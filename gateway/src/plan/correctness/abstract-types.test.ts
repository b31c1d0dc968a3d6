import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';

const reference = { __resolveReference: (object: object) => object };

describe('fields of an @interfaceObject, asked for some implementations only', () => {
  const media = () =>
    new TestFederation({
      titles: {
        sdl: `
          type Query { media: [Media!]! }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Book implements Media @key(fields: "id") { id: ID! title: String }
          type Film implements Media @key(fields: "id") { id: ID! title: String }`,
        resolvers: {
          Query: {
            media: () => [
              { __typename: 'Book', id: 1, title: 'Ulysses' },
              { __typename: 'Film', id: 2, title: 'Alien' },
            ],
          },
          Media: {
            __resolveReference: ({ id }: { id: string }) =>
              id === '1'
                ? { __typename: 'Book', id, title: 'Ulysses' }
                : { __typename: 'Film', id, title: 'Alien' },
          },
        },
      },
      reviews: {
        sdl: `
          type Query { reviewed: [Media!]! }
          type Media @key(fields: "id") @interfaceObject {
            id: ID! title: String @external loud: String @requires(fields: "title") plain: String
          }`,
        resolvers: {
          Query: { reviewed: () => [{ id: 1 }, { id: 2 }] },
          Media: {
            __resolveReference: (object: { id?: string }) => {
              if (object.id === undefined) throw new Error('a representation without its key');
              return object;
            },
            loud: ({ title }: { title?: string }) => {
              if (title === undefined) throw new Error('loud was asked for without title');
              return `${title}!`;
            },
            plain: ({ id }: { id: string }) => `plain ${id}`,
          },
        },
      },
    });

  it.each([
    [
      '{ media { ... on Book { loud } ... on Film { plain } } }',
      'media',
      [{ loud: 'Ulysses!' }, { plain: 'plain 2' }],
    ],
    ['{ media { ... on Film { loud } } }', 'media', [{}, { loud: 'Alien!' }]],
    ['{ reviewed { ... on Film { loud } } }', 'reviewed', [{}, { loud: 'Alien!' }]],
    [
      '{ reviewed { plain ... on Film { loud } } }',
      'reviewed',
      [{ plain: 'plain 1' }, { plain: 'plain 2', loud: 'Alien!' }],
    ],
    [
      '{ reviewed { __typename ... on Book { plain title } } }',
      'reviewed',
      [{ __typename: 'Book', plain: 'plain 1', title: 'Ulysses' }, { __typename: 'Film' }],
    ],
  ])('%s', async (query, field, value) => {
    expect(await media().execute(query)).toEqual({ data: { [field]: value } });
  });

  it.each([
    [{ a: false, b: false }, [{ loud: 'Ulysses!', plain: 'plain 1' }, { loud: 'Alien!' }]],
    [{ a: true, b: false }, [{ plain: 'plain 1' }, {}]],
    [{ a: false, b: true }, [{ plain: 'plain 1' }, {}]],
  ])('do not narrow one of all implementations under two conditions: %j', async (variables, value) => {
    const query = `query($a: Boolean!, $b: Boolean!) {
      ... @skip(if: $a) { media @skip(if: $b) { loud } }
      media { ... on Book { plain } }
    }`;
    expect(await media().execute(query, variables)).toEqual({ data: { media: value } });
  });
});

describe('@provides on an abstract type', () => {
  const external = () => {
    throw new Error('not provided here');
  };
  const provided = (name: string) => (object: Readonly<Record<string, unknown>>) =>
    object[name] ?? external();
  const library = () =>
    new TestFederation({
      shelf: {
        sdl: `
          type Query {
            provided: [Media] @provides(fields: "... on Book { title pages } ... on Film { title }")
            bare: [Media]
            found: [Found] @provides(fields: "... on Book { pages }")
          }
          union Found = Book | Film
          interface Media { id: ID! title: String }
          type Book implements Media @key(fields: "id") { id: ID! title: String @external pages: Int @external }
          type Film implements Media @key(fields: "id") { id: ID! title: String @external }`,
        resolvers: {
          Query: {
            provided: () => [
              { __typename: 'Book', id: 1, title: 'Ulysses', pages: 730 },
              { __typename: 'Film', id: 2, title: 'Alien' },
            ],
            bare: () => [
              { __typename: 'Book', id: 1 },
              { __typename: 'Film', id: 2 },
            ],
            found: () => [
              { __typename: 'Book', id: 1, pages: 730 },
              { __typename: 'Film', id: 2 },
            ],
          },
          Book: { title: provided('title'), pages: provided('pages') },
          Film: { title: provided('title') },
        },
      },
      archive: {
        sdl: `
          interface Media { id: ID! title: String }
          type Book implements Media @key(fields: "id") { id: ID! title: String @shareable pages: Int @shareable isbn: ID }
          type Film implements Media @key(fields: "id") { id: ID! title: String @shareable }`,
        resolvers: {
          Book: { ...reference, title: () => 'Ulysses', pages: () => 730, isbn: () => 'i1' },
          Film: { ...reference, title: () => 'Alien' },
        },
      },
    });

  it.each([
    ['{ provided { title } }', ['shelf'], { provided: [{ title: 'Ulysses' }, { title: 'Alien' }] }],
    ['{ bare { title } }', ['shelf', 'archive'], { bare: [{ title: 'Ulysses' }, { title: 'Alien' }] }],
    ['{ found { ... on Book { pages } } }', ['shelf'], { found: [{ pages: 730 }, {}] }],
    [
      '{ found { ... on Book { pages isbn } ... on Media { title } } }',
      ['shelf', 'archive'],
      { found: [{ pages: 730, isbn: 'i1', title: 'Ulysses' }, { title: 'Alien' }] },
    ],
  ])('%s asks %j', async (query, subgraphs, data) => {
    const federation = library();
    expect(await federation.execute(query)).toEqual({ data });
    expect(federation.sent.map(({ subgraph }) => subgraph)).toEqual(subgraphs);
  });
});

describe('a fragment that no object can match, for the conditions around it', () => {
  const federation = () =>
    new TestFederation({
      a: {
        sdl: `
          type Query { list: [U] }
          union U = E | V
          interface I { name: String }
          type V implements I @shareable { name: String }
          type E @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            list: () => [
              { __typename: 'E', id: 1 },
              { __typename: 'V', name: 'v' },
            ],
          },
        },
      },
      b: { sdl: 'type Query { x: Int } type E @key(fields: "id") { id: ID! more: Int }' },
    });

  it.each([
    ['{ list { ... on I { ... on U { ... on E { id more } } } } }', [{}, {}]],
    ['{ list { ...F } } fragment F on I { name ... on U { ... on E { id } } }', [{}, { name: 'v' }]],
  ])('is left out: %s', async (query, list) => {
    expect(await federation().execute(query)).toEqual({ data: { list } });
  });
});
