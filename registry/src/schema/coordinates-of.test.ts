import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { coordinatesOf } from './coordinates-of.ts';

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

function used(body: string): readonly string[] {
  return [...coordinatesOf(schema, parse(body))].toSorted();
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
    'User.orders(first:)',
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
