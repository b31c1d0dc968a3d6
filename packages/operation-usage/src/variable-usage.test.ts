import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { createVariableUsage } from './variable-usage.ts';

const schema = buildSchema(`
  type Query { search(filter: Filter, first: Int = 20, sure: ID): Int  many(filters: [Filter!], statuses: [Status!]!): Int }
  enum Status { OPEN DONE LOST }
  input Filter { text: String nested: Nested status: Status limit: Int! = 3 }
  input Nested { deeper: Nested status: Status! }
`);

/** How many of the requests used each coordinate, those that none used left out. */
function counted(body: string, ...requests: readonly Record<string, unknown>[]): Record<string, number> {
  const usage = createVariableUsage(schema, parse(body));
  const counts: number[] = [];
  for (const variables of requests) expect(usage?.observe(variables, counts)).toBe(true);
  return Object.fromEntries(
    (usage?.coordinates ?? [])
      .map((name, slot) => [name, counts[slot] ?? 0] as const)
      .filter(([, n]) => n > 0),
  );
}

it('counts the input fields and enum values that are given, and how', () => {
  const uses = counted(
    'query ($filter: Filter) { search(filter: $filter) }',
    { filter: { text: 'secret', status: 'OPEN', limit: 1 } },
    { filter: { text: null, nested: { status: 'DONE' } } },
  );
  expect(uses).toEqual({
    Filter: 2,
    'Filter.text': 2,
    'Filter.text=null': 1,
    'Filter.nested': 1,
    'Filter.nested=absent': 1,
    'Filter.status': 1,
    'Filter.status=absent': 1,
    'Filter.limit': 1,
    'Filter.limit=absent': 1,
    'Status.OPEN': 1,
    'Status.DONE': 1,
    Nested: 1,
    'Nested.status': 1,
    'Nested.deeper=absent': 1,
  });
  expect(JSON.stringify(uses)).not.toContain('secret');
});

it('counts a request once for each coordinate, however often it uses it', () => {
  const filters = [{ text: 'a', status: 'OPEN' }, { text: 'b' }, { status: 'OPEN' }];
  const uses = counted(
    'query ($filters: [Filter!], $statuses: [Status!]!) { many(filters: $filters, statuses: $statuses) }',
    { filters, statuses: ['OPEN', 'LOST', 'LOST'] },
  );
  expect(uses).toMatchObject({ Filter: 1, 'Filter.text': 1, 'Filter.text=absent': 1, 'Status.OPEN': 1 });
  expect(uses).toMatchObject({ 'Status.LOST': 1 });
});

it('takes a single value for a list of one, as coercion does', () => {
  const body = 'query ($statuses: [Status!]!) { many(statuses: $statuses) }';
  expect(counted(body, { statuses: 'DONE' })).toEqual({ 'Status.DONE': 1 });
});

it('tells an argument whose variable is null from one whose variable is left out', () => {
  const body = 'query ($n: Int, $s: Status) { search(first: $n, filter: { status: $s }) }';
  expect(counted(body, { n: null }, { s: null }, {}, { n: 1, s: 'OPEN' })).toEqual({
    'Query.search(first:)=null': 1,
    'Query.search(first:)=absent': 2,
    'Filter.status=null': 1,
    'Filter.status=absent': 2,
    'Status.OPEN': 1,
  });
});

it('takes the default of a variable for given, and a default of null for null', () => {
  expect(counted('query ($n: Int = 5) { search(first: $n) }', {}, { n: null })).toEqual({
    'Query.search(first:)=null': 1,
  });
  expect(counted('query ($n: Int = null) { search(first: $n) }', {})).toEqual({
    'Query.search(first:)=null': 1,
  });
});

it('costs nothing where values make no difference', () => {
  expect(createVariableUsage(schema, parse('query ($id: ID!) { search(sure: $id) }'))).toBeUndefined();
  expect(createVariableUsage(schema, parse('{ search }'))).toBeUndefined();
});

it('follows types that contain themselves, and stops where there is too much to look at', () => {
  const body = 'query ($filter: Filter) { search(filter: $filter) }';
  let nested: Record<string, unknown> = { status: 'LOST' };
  for (let depth = 0; depth < 50; depth++) nested = { status: 'OPEN', deeper: nested };
  expect(counted(body, { filter: { nested } })).toMatchObject({ 'Status.LOST': 1, 'Nested.deeper': 1 });

  const usage = createVariableUsage(schema, parse(body), 20);
  expect(usage?.observe({ filter: { nested } }, [])).toBe(false);
  expect([...(usage?.everything() ?? [])]).toEqual(
    expect.arrayContaining(['Status.LOST', 'Nested.deeper=null', 'Filter.text=absent']),
  );
  expect(usage?.observe({ filter: {} }, [])).toBe(true);
});

it('is not misled by variables and fields that are named like those of every object', () => {
  const odd = buildSchema(
    'type Query { a(toString: In): Int } input In { constructor: String hasOwnProperty: Int }',
  );
  const usage = createVariableUsage(odd, parse('query ($toString: In) { a(toString: $toString) }'));
  const counts: number[] = [];
  usage?.observe({}, counts);
  usage?.observe({ toString: {} }, counts);
  expect(usage?.coordinates.filter((_, slot) => (counts[slot] ?? 0) > 0)).toEqual([
    'Query.a(toString:)=absent',
    'In',
    'In.constructor=absent',
    'In.hasOwnProperty=absent',
  ]);
});
