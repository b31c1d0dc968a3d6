import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { assertCoversRoot } from '../core/check-plan.ts';
import type { PlanNode } from '../query-plan.ts';
import { testPlanner, texts } from '../testing/test-planner.ts';

const planner = testPlanner({
  a: `type Query { x: Int secret: Int @inaccessible } type Mutation { m1: P m3: Int }
    type P @key(fields: "id") { id: ID! a: Int }`,
  b: 'type Query { y: Int } type Mutation { m2: P } type P @key(fields: "id") { id: ID! b(n: Int): Int }',
});

describe('root fields', () => {
  it('are each in a fetch, or the operation fails naming the one that is not', () => {
    const document = parse('{ x ... @include(if: true) { lost: y } skipped: x @skip(if: true) __typename }');
    const [operation] = document.definitions;
    const node: PlanNode = { kind: 'Fetch', serviceName: 'a', operation: '{x}', operationKind: 'query' };
    if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
    expect(() => assertCoversRoot(node, document, operation)).toThrow(
      expect.objectContaining({ code: 'PLANNING_FAILED', message: 'No subgraph can answer the field y' }),
    );
  });

  it.each([
    ['{ __schema { types { name } } __typename }', []],
    ['query($on: Boolean!) { ... @include(if: $on) { __schema { description } } y }', ['b: {y}']],
    ['{ ...F y } fragment F on Query { __type(name: "P") { name } }', ['b: {y}']],
    ['{ x @skip(if: true) y @include(if: true) }', ['b: {y}']],
    ['query($on: Boolean!) { ... @skip(if: $on) { x @include(if: $on) } y }', ['b: {y}']],
    ['{ ... @include(if: false) { x } ...F @skip(if: true) y } fragment F on Query { x }', ['b: {y}']],
  ])('leave introspection and what is never asked out of %s', (query, expected) => {
    expect(texts(planner.plan(query))).toEqual(expected);
  });

  it('of a mutation run in order, those of one subgraph in one fetch', () => {
    const mutations = planner
      .plan('mutation { m1 { a } m3 m2 { b } again: m1 { a } }')
      .filter(({ operationKind }) => operationKind === 'mutation');
    expect(texts(mutations)).toEqual([
      'a: mutation{m1{a}m3}',
      'b: mutation{m2{b}}',
      'a: mutation{again:m1{a}}',
    ]);
  });

  it.each([
    ['mutation { ... { m1 { a } } m2 { b } ... { m3 } }', ['m1{a}', 'm2{b}', 'm3']],
    [
      'mutation($on: Boolean!) { ... @include(if: $on) { m1 { a } } m2 { b } ...M @include(if: $on) } fragment M on Mutation { m3 }',
      ['m1{a}', 'm2{b}', 'm3'],
    ],
  ])('of a mutation run in order though equal fragments hold some of them: %s', (query, expected) => {
    const mutations = planner.plan(query).filter(({ operationKind }) => operationKind === 'mutation');
    expect(mutations.map(({ operation }) => operation.replace(/^mutation(\(.*?\))?\{(.*)\}$/, '$2'))).toEqual(
      expected,
    );
  });

  it.each([
    [
      'a condition that stands there twice',
      '... @skip(if: $x) { m2 @skip(if: $x) { id } m3 again: m3 @skip(if: $y) }',
      ['m2{id}', 'm3@skip(if:$x)...@skip(if:$x){again:m3@skip(if:$y)}'],
    ],
    [
      'one fragment around all',
      '... @skip(if: $x) { m3 @skip(if: $y) m1 { id } again: m3 @skip(if: $y) }',
      ['...{m3@skip(if:$y)m1{id}again:m3@skip(if:$y)}'],
    ],
    [
      'something between two fragments',
      '... @skip(if: $x) { m3 @skip(if: $y) } m1 { id } ... @skip(if: $x) { again: m3 @skip(if: $y) }',
      ['...@skip(if:$x){m3@skip(if:$y)}m1{id}...@skip(if:$y){again:m3@skip(if:$x)}'],
    ],
  ])('of a mutation run in order where they need fragments for conditions: %s', (_, selection, expected) => {
    const fetches = planner.plan(`mutation($x: Boolean!, $y: Boolean!) { ${selection} }`);
    expect(fetches.map(({ operation }) => operation.replace(/^mutation(\(.*?\))?\{(.*)\}$/, '$2'))).toEqual(
      expected,
    );
  });

  it('of a mutation are refused where there are not enough different fragments to keep them in order', () => {
    const [one, two, three] = ['r1', 'r2', 'r3'].map(
      (name) => `... @skip(if: $x) { ${name}: m3 @skip(if: $y) }`,
    );
    const query = `mutation($x: Boolean!, $y: Boolean!) { ${one} m3 ${two} m1 { id } ${three} }`;
    expect(() => planner.plan(query)).toThrow('The fields of the mutation would not run in their order');
  });

  it('of a mutation run though all that is asked of them is under another condition than theirs', () => {
    const fetches = planner.plan(
      'mutation($x: Boolean!, $y: Boolean!) { ... @skip(if: $x) { m1 { a @skip(if: $y) } } }',
    );
    expect(texts(fetches)).toEqual(['a: mutation($y:Boolean!){m1{__typename a@skip(if:$y)}}']);
  });

  it('of a mutation run once, at the first place, though a condition adds to what is asked of them', () => {
    const query = `mutation($on: Boolean!) { m1 { a } m3 m2 { b } ...Again @include(if: $on) }
      fragment Again on Mutation { m3 m1 { b id @skip(if: $on) } }`;
    const mutations = planner.plan(query).filter(({ operationKind }) => operationKind === 'mutation');
    expect(texts(mutations)).toEqual([
      'a: mutation($on:Boolean!){m1{a ...@include(if:$on){__typename id id@skip(if:$on)}}m3}',
      'b: mutation{m2{b}}',
    ]);
  });

  it('of a mutation never run twice: where the variables say which place is the first, the operation fails', () => {
    const query = 'mutation($on: Boolean!) { ... @include(if: $on) { m1 { a } } m2 { b } m1 { id } }';
    expect(() => planner.plan(query)).toThrow(expect.objectContaining({ code: 'PLANNING_FAILED' }));
  });
});

it('what the planner says of its faults stays out of the message', () => {
  expect(() => planner.plan('{ secret }')).toThrow(
    expect.objectContaining({ code: 'PLANNING_FAILED', message: 'The operation could not be planned' }),
  );
});

it("a client's variable with a name that a fetch needs for its own fails by name", () => {
  const query = (name: string) => `mutation($${name}: Int) { m1 { b(n: $${name}) } }`;
  expect(() => planner.plan(query('representations'))).toThrow('$representations');
  expect(planner.plan(query('n'))).toHaveLength(2);
});
