import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { coordinatesOf, type VariableValues } from './coordinates-of.ts';

const schema = buildSchema(`
  directive @cached(ttl: Int) on FIELD
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String orders(first: Int, status: Status, filter: Filter): [Order] }
  type Order implements Node { id: ID! status: Status }
  enum Status { OPEN DONE }
  input Filter { text: String nested: Nested }
  input Nested { status: Status }
  type Query { me: User node(id: ID!): Node search(filter: Filter): [Order] }
`);

function used(body: string, variableValues: VariableValues = 'all'): readonly string[] {
  return [...coordinatesOf(schema, parse(body), variableValues)].toSorted();
}

it('names fields, their types and the arguments that are given', () => {
  expect(used('{ me { name orders(first: 3) { id } } }')).toEqual([
    'ID',
    'Int',
    'Order',
    'Order.id',
    'Query',
    'Query.me',
    'String',
    'User',
    'User.name',
    'User.orders',
    'User.orders(filter:)=absent',
    'User.orders(first:)',
    'User.orders(status:)=absent',
  ]);
});

it('names types of fragments, wherever they are used', () => {
  expect(used('query { node(id: 1) { ... on User { ...N } } } fragment N on User { name }')).toEqual(
    expect.arrayContaining(['Node', 'User', 'User.name', 'Query.node(id:)']),
  );
});

it('names input fields and enum values that are written', () => {
  const names = used('{ search(filter: { nested: { status: OPEN } }) { id } }');
  expect(names).toEqual(
    expect.arrayContaining(['Filter', 'Filter.nested', 'Nested', 'Nested.status', 'Status', 'Status.OPEN']),
  );
  expect(names).not.toContain('Status.DONE');
  expect(names).not.toContain('Filter.text');
});

it('takes a variable for everything that it may bring', () => {
  expect(used('query ($filter: Filter) { search(filter: $filter) { id } }')).toEqual(
    expect.arrayContaining(['Filter.text', 'Filter.nested', 'Nested.status', 'Status.OPEN', 'Status.DONE']),
  );
});

it('names directives and their arguments', () => {
  expect(used('{ me @cached(ttl: 3) { name @include(if: true) } }')).toEqual(
    expect.arrayContaining(['@cached', '@cached(ttl:)', '@include', '@include(if:)']),
  );
});

it('leaves out what the schema does not have', () => {
  expect(used('{ nothing me { ghost(a: 1) } }')).toEqual(['Query', 'Query.me', 'User']);
});

it('tells how inputs are used: null, left out, or by a variable that may be null', () => {
  const names = used(
    `query ($first: Int, $sure: Int!, $usual: Int = 3, $status: Status) {
      me { orders(first: null, filter: { nested: { status: $status } }) { id } }
      a: me { orders(first: $sure) { id } }
      b: me { orders(first: $usual) { id } }
    }`,
    'left-out',
  );
  expect(names.filter((name) => name.includes('='))).toEqual([
    'Filter.text=absent',
    'Nested.status=nullable',
    'User.orders(filter:)=absent',
    'User.orders(first:)=null',
    'User.orders(status:)=absent',
  ]);
  expect(used('query ($n: Int) { me { orders(first: $n) { id } } }', 'left-out')).toContain(
    'User.orders(first:)=nullable',
  );
});

it('leaves out what variables bring for those who look at their values', () => {
  const names = used('query ($filter: Filter) { search(filter: $filter) { id } }', 'left-out');
  expect(names).toEqual(expect.arrayContaining(['Filter', 'Query.search(filter:)']));
  expect(names.filter((name) => name.startsWith('Filter.'))).toEqual([]);
});
