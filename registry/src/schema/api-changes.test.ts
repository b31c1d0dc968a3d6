import { buildSchema, findBreakingChanges } from 'graphql';
import { describe, expect, it } from 'vitest';
import { apiChanges } from './api-changes.ts';

const BASE = `
directive @hidden(why: String) on FIELD
interface Node { id: ID! }
interface Named { name: String }
type User implements Node & Named { id: ID! name: String age(unit: Unit = YEARS): Int friends(first: Int): [User!]! }
type Pet { name: String }
union Found = User | Pet
enum Unit { YEARS DAYS }
input Filter { text: String unit: Unit }
type Query { me: User find(filter: Filter, limit: Int): [Found!] }
`;

type Row = readonly [change: string, from: string, to: string, coordinate: string, hurts: readonly string[]];

const BREAKING: readonly Row[] = [
  ['a field goes', ' name: String age', ' age', 'User.name', ['User.name']],
  [
    'a field changes its type',
    'age(unit: Unit = YEARS): Int',
    'age(unit: Unit = YEARS): String',
    'User.age',
    ['User.age'],
  ],
  ['a list may hold null', '[User!]!', '[User]!', 'User.friends', ['User.friends']],
  ['an argument goes', 'friends(first: Int)', 'friends', 'User.friends(first:)', ['User.friends(first:)']],
  [
    'an argument changes its type',
    'limit: Int',
    'limit: String',
    'Query.find(limit:)',
    ['Query.find(limit:)'],
  ],
  [
    'an argument becomes required',
    'limit: Int',
    'limit: Int!',
    'Query.find(limit:)',
    ['Query.find(limit:)=absent', 'Query.find(limit:)=null', 'Query.find(limit:)=nullable'],
  ],
  [
    'an argument with a default may no longer be null',
    'limit: Int',
    'limit: Int! = 3',
    'Query.find(limit:)',
    ['Query.find(limit:)=null'],
  ],
  ['an argument becomes another, required', 'limit: Int', 'limit: ID!', 'Query.find(limit:)', ['Query.find']],
  [
    'a required argument comes',
    'friends(first: Int)',
    'friends(first: Int, by: String!)',
    'User.friends(by:)',
    ['User.friends'],
  ],
  ['an enum value goes', 'YEARS DAYS', 'YEARS', 'Unit.DAYS', ['Unit.DAYS']],
  ['an input field goes', 'text: String unit: Unit', 'text: String', 'Filter.unit', ['Filter.unit']],
  [
    'an input field becomes required',
    'text: String unit',
    'text: String! unit',
    'Filter.text',
    ['Filter.text=absent', 'Filter.text=null', 'Filter.text=nullable'],
  ],
  [
    'a required input field comes',
    'text: String unit',
    'text: String more: Int! unit',
    'Filter.more',
    ['Filter'],
  ],
  ['a union loses a member', 'User | Pet', 'User', 'Found', ['Pet']],
  ['a type leaves an interface', 'Node & Named', 'Node', 'User', ['Named']],
  ['a directive goes', 'directive @hidden(why: String) on FIELD', '', '@hidden', ['@hidden']],
  ['an argument of a directive goes', '@hidden(why: String)', '@hidden', '@hidden(why:)', ['@hidden(why:)']],
];

describe('a change of the API schema', () => {
  it.each(BREAKING)('in which %s is breaking', async (_what, from, to, coordinate, hurts) => {
    const changed = BASE.replace(from, to);
    expect(changed).not.toBe(BASE);
    const breaking = (await apiChanges(BASE, changed)).filter(({ level }) => level === 'breaking');
    expect(breaking.map((change) => [change.coordinate, change.hurts])).toContainEqual([coordinate, hurts]);
    // graphql-js has no coordinates, but must agree that there is something.
    expect(findBreakingChanges(buildSchema(BASE), buildSchema(changed)).length).toBeGreaterThan(0);
  });

  it('in which a whole type goes hurts who uses the type', async () => {
    const changes = await apiChanges(
      BASE,
      BASE.replace('type Pet { name: String }', '').replace('User | Pet', 'User'),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ type: 'TYPE_REMOVED', coordinate: 'Pet', hurts: ['Pet'] }),
    );
  });

  it.each([
    ['an enum value comes', 'YEARS DAYS', 'YEARS DAYS HOURS', 'Unit.HOURS'],
    ['a union gets a member', 'User | Pet', 'User | Pet | Query', 'Found'],
    ['a default changes', '= YEARS', '= DAYS', 'User.age(unit:)'],
  ])('in which %s is dangerous', async (_what, from, to, coordinate) => {
    expect(await apiChanges(BASE, BASE.replace(from, to))).toMatchObject([
      { level: 'dangerous', coordinate },
    ]);
  });

  it.each([
    ['nothing changes', '', ''],
    ['a field comes', 'type Pet {', 'type Pet { age: Int '],
    ['an optional argument comes', 'friends(first: Int)', 'friends(first: Int, after: ID)'],
    ['an optional input field comes', 'input Filter {', 'input Filter { more: Int '],
    ['a field is never null any more', 'type Pet { name: String }', 'type Pet { name: String! }'],
    ['an argument is optional now', 'limit: Int', 'limit: Int = 3'],
    ['a description changes', 'type Pet', '"A pet." type Pet'],
    ['a field is deprecated', 'type Pet { name: String', 'type Pet { name: String @deprecated'],
  ])('in which %s hurts nobody', async (_what, from, to) => {
    const changes = await apiChanges(BASE, BASE.replace(from, to));
    expect(changes.filter(({ level }) => level === 'breaking')).toEqual([]);
    expect(changes.filter(({ type }) => !type.includes('DEFAULT'))).toEqual([]);
  });
});
