import { buildSchema, introspectionFromSchema, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readApiSchema, readApiSchemaUnhurried, toParts } from './api-schema.ts';

const EVERY_KIND = `
  directive @trace(level: Int! = 1) repeatable on FIELD | FRAGMENT_SPREAD
  scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
  """
  What has an id.

  type Decoy { this: IsNoDefinition }
  """
  interface Node { id: ID! }
  interface Named implements Node { id: ID!, name: String! }
  type Reader implements Node & Named { id: ID!, name: String! @deprecated(reason: "say fullName"), books(first: Int = 3, by: Order): [Book!] }
  type Book implements Node { id: ID!, reader: Reader, mood: Mood, url: Url }
  union Found = Reader | Book
  enum Mood { GOOD, BAD @deprecated }
  input Order @oneOf { name: Int, nested: Nested }
  input Nested { moods: [Mood!]! = [GOOD], again: Order }
  type Query { node(id: ID!): Node, found: [Found] }
  type Mutation { borrow(order: Order): Book }`;

const OTHER_ROOTS = `
  schema { query: Root, mutation: Change }
  type Query { this: Int }
  type Root { query: Query }
  type Change { all: Int }`;

describe.each([
  ['of every kind of definition', EVERY_KIND],
  ['with roots of other names', OTHER_ROOTS],
  ['longer than a part', manyTypes(2_000)],
  ['with a type longer than a part', `type Query { ${fields(5_000)} }`],
])('an API schema %s', (_name, text) => {
  const sdl = printSchema(buildSchema(text));

  it('is the same read in many turns as at once, and as graphql-js reads the text', async () => {
    const parts = toParts(sdl);
    const atOnce = readApiSchema(parts);
    const unhurried = await readApiSchemaUnhurried(parts);
    const expected = introspectionFromSchema(buildSchema(sdl));
    expect(introspectionFromSchema(atOnce)).toEqual(expected);
    expect(introspectionFromSchema(unhurried)).toEqual(expected);
    expect(printSchema(unhurried)).toBe(sdl);
    expect(Object.keys(unhurried.getTypeMap())).toEqual(Object.keys(atOnce.getTypeMap()));
  });
});

it('a long text is cut into parts that make it up again', () => {
  const sdl = printSchema(buildSchema(manyTypes(2_000)));
  const parts = toParts(sdl);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.join('')).toBe(sdl);
});

it('others have their turn while a large one is read', async () => {
  const parts = toParts(printSchema(buildSchema(manyTypes(4_000))));
  let turns = 0;
  let isRead = false;
  const count = () => {
    turns++;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  await readApiSchemaUnhurried(parts);
  isRead = true;
  expect(turns).toBeGreaterThan(2);
});

// Private:

function manyTypes(count: number): string {
  const types = Array.from(
    { length: count },
    (_, index) => `type T${index} { id: ID!, next: T${(index + 1) % count} }`,
  );
  return `type Query { first: T0 } ${types.join('\n')}`;
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, index) => `field${index}(first: Int): String`).join('\n');
}
