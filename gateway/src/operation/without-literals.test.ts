import { buildSchema, parse, print, stripIgnoredCharacters, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { withoutLiterals } from './without-literals.ts';

const schema = buildSchema(`
  directive @note(text: String) on FIELD
  scalar Money
  enum Order { NEWEST OLDEST }
  input Filter { text: String tags: [String!] order: Order below: Filter price: Money, at: Float }
  type Query {
    item(id: ID!): Item
    items(first: Int! = 10, order: Order, filter: Filter, ids: [ID!], near: Float, on: Boolean, price: Money): [Item]
  }
  type Item { id: ID! name(short: Boolean = false): String same(first: Int): Item }
`);

function split(source: string) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const found = withoutLiterals(schema, document);
  if (found === undefined) return undefined;
  expect(validate(schema, found.document)).toEqual([]);
  return { source: stripIgnoredCharacters(print(found.document)), literals: found.literals };
}

describe('the literals of a document', () => {
  it.each([
    ['{item(id:"a"){id}}', 'query($literal0:ID!){item(id:$literal0){id}}', { literal0: 'a' }],
    [
      '{item(id:12345678901234567890){id}}',
      'query($literal0:ID!){item(id:$literal0){id}}',
      { literal0: '12345678901234567890' },
    ],
    [
      '{items(first:3 on:true near:1.50){id}}',
      'query($literal0:Int!$literal1:Boolean$literal2:Float){items(first:$literal0 on:$literal1 near:$literal2){id}}',
      { literal0: 3, literal1: true, literal2: 1.5 },
    ],
    [
      '{items(near:2 order:OLDEST){id}}',
      'query($literal0:Float$literal1:Order){items(near:$literal0 order:$literal1){id}}',
      { literal0: 2, literal1: 'OLDEST' },
    ],
    [
      '{items(ids:["a",1]){id}}',
      'query($literal0:[ID!]){items(ids:$literal0){id}}',
      { literal0: ['a', '1'] },
    ],
    [
      '{items(filter:{text:"""\n  two\n  lines\n""" tags:[] order:NEWEST below:{text:null}}){id}}',
      'query($literal0:Filter){items(filter:$literal0){id}}',
      { literal0: { text: 'two\nlines', tags: [], order: 'NEWEST', below: { text: null } } },
    ],
    [
      'query Q($on:Boolean){items(first:1 on:$on){id}}',
      'query Q($on:Boolean$literal0:Int!){items(first:$literal0 on:$on){id}}',
      { literal0: 1 },
    ],
    [
      '{item(id:1){...F}}fragment F on Item{name(short:true)}',
      'query($literal0:ID!$literal1:Boolean){item(id:$literal0){...F}}fragment F on Item{name(short:$literal1)}',
      { literal0: '1', literal1: true },
    ],
  ])('of %s become variables', (source, expected, literals) => {
    expect(split(source)).toEqual({ source: expected, literals });
  });

  it('that are equal and of one type are one variable, so that fields can still be merged', () => {
    expect(split('{item(id:1){same(first:2){id}}item(id:1){same(first:2){name}}items(first:2){id}}')).toEqual(
      {
        source:
          'query($literal0:ID!$literal1:Int$literal2:Int!){item(id:$literal0){same(first:$literal1){id}}item(id:$literal0){same(first:$literal1){name}}items(first:$literal2){id}}',
        literals: { literal0: '1', literal1: 2, literal2: 2 },
      },
    );
  });

  it.each([
    ['there are none', 'query ($id: ID!) { item(id: $id) { id } }'],
    ["a scalar is the schema's own", '{ items(price: 1.0) { id } }'],
    ['one is inside of an object', '{ items(filter: { price: 5 }) { id } }'],
    ['a variable is inside', 'query ($text: String) { items(filter: { text: $text }) { id } }'],
    ['it is null', '{ items(filter: null) { id } }'],
    ['one value stands for a list', '{ items(ids: "a") { id } }'],
    ['JSON has no such number', '{ items(near: 1e400) { id } }'],
    ['JSON loses the sign', '{ items(near: -0.0) { id } }'],
    ['a directive has it', '{ items @note(text: "x") { id } }'],
    ['a condition has it', '{ items @include(if: true) { id } }'],
    ['it asks for a type', '{ __type(name: "Item") { name } }'],
    ['the document has several operations', 'query A { item(id: 1) { id } } query B { item(id: 2) { id } }'],
    [
      'the client has such a variable',
      'query ($literal7: Boolean) { items(first: 1, on: $literal7) { id } }',
    ],
  ])('stay where %s', (_, source) => {
    expect(split(source)).toBeUndefined();
  });

  it('leave a document that is as it was when they are taken out again', () => {
    const { source = '' } = split('{item(id:"a"){id}}') ?? {};
    expect(split(source)).toBeUndefined();
  });

  it("leave the client's document alone", () => {
    const document = parse('{ item(id: 1) { id } }');
    const before = print(document);
    withoutLiterals(schema, document);
    expect(print(document)).toBe(before);
  });
});
