import { describe, expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

const federation = () =>
  new TestFederation({
    one: {
      sdl: `
        type Query { node(id: ID!): Node list: [Node!]! numbers: Numbers echo(text: String): String }
        interface Node { id: ID! }
        type Page implements Node @key(fields: "id") { id: ID! title: String next: Page }
        type Note implements Node @key(fields: "id") { id: ID! text: String next: Note }
        type Numbers { int: Int float: Float id: ID json: JSON ids: [ID!] text: String yes: Boolean }
        scalar JSON
      `,
      resolvers: {
        Query: {
          node: (_: unknown, { id }: { id: string }) => nodes(id)[0],
          list: () => nodes('1'),
          echo: (_: unknown, { text }: { text?: string }) => (text === undefined ? 'nothing' : `got ${text}`),
        },
      },
    },
    two: {
      sdl: 'type Page @key(fields: "id") { id: ID! size(unit: String = "cm"): Int } type Note @key(fields: "id") { id: ID! size: Int }',
      resolvers: {
        Page: { size: (_: unknown, { unit }: { unit: string }) => (unit === 'mm' ? 70 : 7) },
        Note: { size: () => 8 },
      },
    },
  });

function nodes(id: string) {
  return [
    { __typename: 'Page', id, title: 'T', next: { id: `${id}+` } },
    { __typename: 'Note', id: `${id}n`, text: 'X', next: { id: `${id}n+` } },
  ];
}

describe('the answer', () => {
  it('has the fields in the order of the client, fragments merged', async () => {
    const { data } = await federation().execute(
      `
      query ($id: ID!) {
        b: node(id: $id) { ...P id ... on Page { next { size } } }
        __typename
        a: list { ... on Note { text } ...P __typename }
      }
      fragment P on Page { next { id size } title }
    `,
      { id: '5' },
    );
    expect(JSON.stringify(data)).toBe(
      JSON.stringify({
        b: { next: { id: '5+', size: 7 }, title: 'T', id: '5' },
        __typename: 'Query',
        a: [
          { next: { id: '1+', size: 7 }, title: 'T', __typename: 'Page' },
          { text: 'X', __typename: 'Note' },
        ],
      }),
    );
  });

  it('leaves out what @skip and @include say, by variables, defaults and constants', async () => {
    const source = `query ($yes: Boolean = true, $no: Boolean!) {
      node(id: "1") {
        id @skip(if: $yes)
        ... on Page @include(if: $no) { title }
        ... @include(if: $yes) { ... on Page { size next @skip(if: $no) @include(if: true) { size } } }
      }
    }`;
    expect(await federation().execute(source, { no: false })).toEqual({
      data: { node: { size: 7, next: { size: 7 } } },
    });
    expect(await federation().execute(source, { yes: false, no: true })).toEqual({
      data: { node: { id: '1', title: 'T' } },
    });
  });

  it('fetches nothing where everything is skipped', async () => {
    const subject = federation();
    const source = 'query ($on: Boolean!) { node(id: "1") @include(if: $on) { ... on Page { size } } }';
    expect(await subject.execute(source, { on: false })).toEqual({ data: {} });
    expect(subject.sent).toEqual([]);
  });

  it('tells fields of one response name apart by the types that have them', async () => {
    const { data, errors } = await federation().execute(
      '{ list { ... on Page { next { id s: size(unit: "mm") } } ... on Note { next { id s: size } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ list: [{ next: { id: '1+', s: 70 } }, { next: { id: '1n+', s: 8 } }] });
  });

  it('passes variables as they were given, null and absence apart', async () => {
    const source = 'query ($text: String) { echo(text: $text) }';
    expect(await federation().execute(source, {})).toEqual({ data: { echo: 'nothing' } });
    expect(await federation().execute(source, { text: null })).toEqual({ data: { echo: 'got null' } });
  });

  it('answers introspection from the API schema, fields beside it too', async () => {
    const subject = federation();
    const result = await subject.execute(
      `
      query ($name: String!) { s: __schema { queryType { ...T } } __type(name: $name) { ...T } echo }
      fragment T on __Type { n: name fields { name } }
    `,
      { name: 'Note' },
    );
    expect(result).toEqual({
      data: {
        s: {
          queryType: { n: 'Query', fields: ['node', 'list', 'numbers', 'echo'].map((name) => ({ name })) },
        },
        __type: { n: 'Note', fields: ['id', 'text', 'next', 'size'].map((name) => ({ name })) },
        echo: 'nothing',
      },
    });
  });

  it('survives response names that are dangerous to objects', async () => {
    const { data } = await federation().execute(
      '{ toString: echo constructor: list { hasOwnProperty: id } valueOf: numbers { int } }',
    );
    expect(JSON.stringify(data)).toBe(
      '{"toString":"nothing","constructor":[{"hasOwnProperty":"1"},{"hasOwnProperty":"1n"}],"valueOf":null}',
    );
  });
});

describe('leaves', () => {
  const subject = federation();
  const leaf = async (field: string, json: string) => {
    subject.answer('one', () => `{"data":{"numbers":{"${field}":${json}}}}`);
    const { data, errors } = await subject.execute(`{ numbers { ${field} } }`);
    return {
      value: (data?.numbers as Record<string, unknown> | null)?.[field],
      message: errors?.[0]?.message,
    };
  };

  it.each([
    ['int', '2147483647', 2147483647],
    ['int', '-2147483648', -2147483648],
    ['int', '1e3', 1000],
    ['int', '5.0', 5],
    ['float', '1', 1],
    ['float', '0.5', 0.5],
    ['float', '3.14159265358979323846', Math.PI],
    ['id', '"x"', 'x'],
    ['id', '7', '7'],
    ['id', '9007199254740993', '9007199254740993'],
    ['text', '"\\ud83d\\ude00 \\u0000"', '😀 \u0000'],
    ['yes', 'false', false],
    ['json', '{"a":[1,null,"x"]}', { a: [1, null, 'x'] }],
    ['json', 'null', null],
  ])('of type %s may be %s', async (field, json, value) => {
    expect(await leaf(field, json)).toEqual({ value, message: undefined });
  });

  it.each([
    ['int', '2147483648'],
    ['int', '1.5'],
    ['int', '"1"'],
    ['int', 'true'],
    ['int', '9007199254740993'],
    ['int', '{}'],
    ['float', '1e400'],
    ['float', '"1"'],
    ['id', '1.5'],
    ['id', 'true'],
    ['text', '1'],
    ['text', '["x"]'],
    ['yes', '"true"'],
    ['ids', '"x"'],
    ['ids', '{}'],
  ])('of type %s may not be %s', async (field, json) => {
    const { value, message } = await leaf(field, json);
    expect(value).toBeNull();
    expect(message).toMatch(new RegExp(`^Subgraph answer for Numbers.${field} is not a valid `));
  });

  it.each(['9007199254740993', '1e400', '[0.12345678901234567891]'])(
    'of a custom type keep a number that no double holds: %s',
    async (json) => {
      subject.answer('one', () => `{"data":{"numbers":{"json":${json}}}}`);
      expect(await subject.executeToText('{ numbers { json } }')).toContain(json);
    },
  );
});
