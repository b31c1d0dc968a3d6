import { describe, expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

describe('an interface that a subgraph knows as an object only', () => {
  const media = () =>
    new TestFederation({
      catalogue: {
        sdl: `
          type Query { media: [Media!]! }
          interface Media @key(fields: "id") { id: ID! title: String! }
          type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int }
          type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
        `,
        resolvers: {
          Query: { media: () => [MEDIA[1], MEDIA[2]] },
          Media: {
            __resolveReference: ({ id }: { id: keyof typeof MEDIA }) => MEDIA[id] ?? null,
            __resolveType: ({ __typename }: { __typename: string }) => __typename,
          },
          Book: { __resolveReference: ({ id }: { id: keyof typeof MEDIA }) => MEDIA[id] },
          Film: { __resolveReference: ({ id }: { id: keyof typeof MEDIA }) => MEDIA[id] },
        },
      },
      ratings: {
        sdl: `
          type Query { best: Media ranking: [Media] }
          type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int rivals: [Media!] }
        `,
        resolvers: {
          Query: { best: () => ({ id: '2' }), ranking: () => [{ id: '1' }, { id: '9' }, { id: '2' }] },
          Media: {
            stars: ({ id }: { id: string }) => Number(id) + 3,
            rivals: ({ id }: { id: string }) => [{ id: id === '1' ? '2' : '1' }],
          },
        },
      },
    });

  const MEDIA = {
    1: { __typename: 'Book', id: '1', title: 'A book', pages: 10 },
    2: { __typename: 'Film', id: '2', title: 'A film', minutes: 90 },
  };

  it('keeps its real type when that subgraph adds fields', async () => {
    const { data, errors } = await media().execute(
      '{ media { __typename id stars ... on Book { pages } ... on Film { minutes } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      media: [
        { __typename: 'Book', id: '1', stars: 4, pages: 10 },
        { __typename: 'Film', id: '2', stars: 5, minutes: 90 },
      ],
    });
  });

  it('gets its real type from the subgraph that knows it', async () => {
    const { data, errors } = await media().execute(
      '{ best { kind: __typename title rivals { __typename stars ... on Book { pages } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      best: { kind: 'Film', title: 'A film', rivals: [{ __typename: 'Book', stars: 4, pages: 10 }] },
    });
  });

  it('needs none where conditions leave nothing that depends on it', async () => {
    const query = 'query ($on: Boolean!) { best { id title @include(if: $on) } }';
    const subject = media();
    expect(await subject.execute(query, { on: false })).toEqual({ data: { best: { id: '2' } } });
    expect(subject.sent).toHaveLength(1);
    expect(await subject.execute(query, { on: true })).toEqual({
      data: { best: { id: '2', title: 'A film' } },
    });
  });

  it('is null where no subgraph knows its type, and says so without the name of a subgraph type', async () => {
    const { data, errors } = await media().execute('{ ranking { __typename stars } }');
    expect(data).toEqual({
      ranking: [{ __typename: 'Book', stars: 4 }, null, { __typename: 'Film', stars: 5 }],
    });
    expect(errors).toMatchObject([
      {
        message: 'Subgraph answer for Query.ranking is not a valid Media',
        path: ['ranking', 1],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
      },
    ]);
  });

  it('is null with the error of the subgraph that should have told its type', async () => {
    const broken = media().answer('catalogue', () => ({
      errors: [{ message: 'down', extensions: { code: 'X' } }],
    }));
    const { data, errors } = await broken.execute('{ best { __typename stars } }');
    expect(data).toEqual({ best: null });
    expect(errors).toEqual([
      { message: 'down', path: ['best'], extensions: { code: 'X', serviceName: 'catalogue' } },
    ]);
  });
});

describe('types that differ between subgraphs', () => {
  const search = () =>
    new TestFederation({
      one: {
        sdl: `
          type Query { found: [Found] top: Found kind: Kind kinds: [Kind!] }
          union Found = Page | Secret
          enum Kind { A HIDDEN @inaccessible }
          type Page @key(fields: "id") { id: ID! title: String }
          type Secret @key(fields: "id") @inaccessible { id: ID! title: String }
        `,
        resolvers: {
          Query: {
            found: () => [
              { __typename: 'Page', id: '1', title: 'P' },
              { __typename: 'Secret', id: '2', title: 'S' },
            ],
            top: () => ({ __typename: 'Page', id: '1', title: 'P' }),
            kind: () => 'HIDDEN',
            kinds: () => ['A', 'HIDDEN'],
          },
        },
      },
      two: {
        sdl: `
          type Query { also: Found other: Kind }
          union Found = Page | Note
          enum Kind { A HIDDEN @inaccessible }
          type Page @key(fields: "id") { id: ID! size: Int }
          type Note @key(fields: "id") { id: ID! text: String }
        `,
        resolvers: {
          Query: { also: () => ({ __typename: 'Note', id: '3', text: 'N' }) },
          Page: { size: () => 7 },
        },
      },
    });

  it('takes each member from the subgraph that has it', async () => {
    const fragments = '... on Page { title size } ... on Note { text }';
    const { data, errors } = await search().execute(
      `{ top { __typename ${fragments} } also { __typename ${fragments} } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      top: { __typename: 'Page', title: 'P', size: 7 },
      also: { __typename: 'Note', text: 'N' },
    });
  });

  it('never shows an inaccessible member, nor its name', async () => {
    const result = await search().execute('{ found { __typename ... on Page { title size } } }');
    expect(result.data).toEqual({ found: [{ __typename: 'Page', title: 'P', size: 7 }, null] });
    expect(result.errors).toMatchObject([{ path: ['found', 1] }]);
    expect(JSON.stringify(result)).not.toContain('Secret');
  });

  it('never shows an inaccessible enum value', async () => {
    const result = await search().execute('{ kind kinds }');
    expect(result.data).toEqual({ kind: null, kinds: null });
    expect(result.errors).toMatchObject([
      {
        message: 'Subgraph answer for Query.kind is not a valid Kind',
        path: ['kind'],
        extensions: { serviceName: 'one' },
      },
      { message: 'Subgraph answer for Query.kinds is not a valid Kind', path: ['kinds', 1] },
    ]);
    expect(JSON.stringify(result)).not.toContain('HIDDEN');
  });
});

it('knows the type of what a subgraph declares more exactly than the supergraph', async () => {
  const subject = new TestFederation({
    one: {
      sdl: `
        type Query { pet: Dog @shareable }
        interface Animal { name: String }
        type Dog implements Animal @key(fields: "name") { name: String barks: Boolean @shareable }
      `,
      resolvers: { Query: { pet: () => ({ name: 'Rex', barks: true }) } },
    },
    two: {
      sdl: `
        type Query { pet: Animal @shareable }
        interface Animal { name: String }
        type Dog implements Animal @key(fields: "name") { name: String barks: Boolean @shareable }
        type Cat implements Animal { name: String @shareable }
      `,
      resolvers: { Query: { pet: () => ({ __typename: 'Dog', name: 'Rex', barks: true }) } },
    },
  });
  const { data, errors } = await subject.execute('{ pet { name ... on Dog { barks } } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({ pet: { name: 'Rex', barks: true } });
  expect(await subject.execute('{ pet { name } }')).toEqual({ data: { pet: { name: 'Rex' } } });
  expect(await subject.execute('{ pet { __typename } }')).toEqual({ data: { pet: { __typename: 'Dog' } } });
  expect(await subject.execute('{ pet { t: __typename } }')).toEqual({ data: { pet: { t: 'Dog' } } });
});

it('enters an entity through @provides on an interface', async () => {
  const subject = new TestFederation({
    one: {
      sdl: `
        type Query { item: Item @provides(fields: "... on Pen { price } ... on Ink { colour }") items: [Item] }
        interface Item { id: ID! }
        type Pen implements Item @key(fields: "id") { id: ID! price: Int @external }
        type Ink implements Item @key(fields: "id") { id: ID! colour: String @external }
      `,
      resolvers: { Query: { item: () => ({ __typename: 'Pen', id: '1', price: 3 }) } },
    },
    two: {
      sdl: `
        type Pen @key(fields: "id") { id: ID! price: Int @shareable }
        type Ink @key(fields: "id") { id: ID! colour: String @shareable }
      `,
    },
  });
  expect(await subject.execute('{ item { id ... on Pen { price } ... on Ink { colour } } }')).toEqual({
    data: { item: { id: '1', price: 3 } },
  });
  expect(subject.sent).toHaveLength(1);
});

it('a field that a plan asks for twice of one object, as one subgraph promises it by some types only, is both together', async () => {
  const federation = new TestFederation({
    one: {
      sdl: `
        type Query { held: [Held!] }
        interface Held { by: Owner }
        interface Kept { since: Int }
        type Cup implements Held & Kept @shareable { by: Owner! since: Int }
        type Hat implements Held { by: Owner }
        type Owner @key(fields: "id") { id: ID! }
      `,
      resolvers: {
        Query: {
          held: () => [
            { __typename: 'Cup', by: { id: '1' } },
            { __typename: 'Hat', by: { id: '2' } },
          ],
        },
      },
    },
    two: {
      sdl: `
        type Owner @key(fields: "id") { id: ID! name: String }
        type Cup @shareable { by: Owner since: Int }
      `,
      resolvers: { Owner: { name: ({ id }: { id: string }) => `Owner ${id}` } },
    },
  });
  const query = '{ held { ... on Kept { ... on Cup { by { name } } } by { __typename } } }';
  expect(await federation.execute(query)).toEqual({
    data: {
      held: [{ by: { name: 'Owner 1', __typename: 'Owner' } }, { by: { __typename: 'Owner' } }],
    },
  });
  expect(federation.sent[0]?.query).toContain('__alias_0');
});
