import fc from 'fast-check';
import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createVariablesCheck } from './variable-check.ts';

const schema = buildSchema(/* GraphQL */ `
  scalar Anything
  enum Tone { LOUD SOFT }
  input Node { name: String! tone: Tone = SOFT next: Node children: [Node!] anything: Anything }
  input Choice @oneOf { a: Int b: String }
  type Query { a(id: ID, float: Float, node: Node, choice: Choice): String }
`);
const operation = operationOf(/* GraphQL */ `
  query (
    $int: Int, $id: ID!, $float: Float = 1.5, $text: String! = "x", $yes: Boolean, $tones: [[Tone!]],
    $node: Node, $choice: Choice, $anything: Anything!
  ) { a }
`);
const check = createVariablesCheck(schema, operation);
const ordinary = { id: '1', anything: { a: [1] } };

describe('createVariablesCheck', () => {
  it.each<object>([
    ordinary,
    { ...ordinary, int: 5, float: 0.1, text: 'y', yes: false, tones: [['LOUD'], null], node: null },
    { ...ordinary, node: { name: 'a', next: { name: 'b', tone: 'LOUD', children: [{ name: 'c' }] } } },
    { ...ordinary, unknown: 1 },
  ])('takes %j at once', (variables) => {
    expect(check({ ...variables })).toBe(true);
  });

  it('looks at own values only, whatever a variable is called', () => {
    const odd = operationOf('query ($constructor: Anything!) { a }');
    expect(createVariablesCheck(schema, odd)({})).toBe(false);
  });

  it('never takes what graphql-js refuses', () => {
    const leaf = fc.constantFrom<unknown>(0, 2 ** 31, 1.5, 'LOUD', 'x', '', true, null, undefined, {});
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 2 }),
      fc.array(fc.array(leaf, { maxLength: 2 }), { maxLength: 2 }),
      fc.record(
        { name: leaf, tone: leaf, children: fc.array(fc.record({ name: leaf })), extra: leaf },
        { requiredKeys: [] },
      ),
      fc.record({ a: leaf, b: leaf }, { requiredKeys: [] }),
    );
    const names = operation.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
    const changes = fc.array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 3 });
    let taken = 0;
    fc.assert(
      fc.property(changes, (changed) => {
        const candidate = throughJson({ ...ordinary, ...Object.fromEntries(changed) });
        if (!check(candidate)) return;
        taken++;
        const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], candidate);
        expect(errors).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});

function operationOf(source: string): OperationDefinitionNode {
  const [operation] = parse(source).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('it is one');
  return operation;
}

function throughJson(variables: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(variables));
}
