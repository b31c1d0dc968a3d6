import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions.ts';

function conditions(source: string) {
  const document = parse(source);
  const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
    node.kind === Kind.OPERATION_DEFINITION;
  return conditionsOf(document, document.definitions.find(isOperation) as OperationDefinitionNode);
}

describe('the conditions of an operation', () => {
  it('are the variables of its @skip and @include, in fragments too', () => {
    const { names } = conditions(`
      query ($a: Boolean!, $b: Boolean!, $c: Int) { x @skip(if: $a) y(c: $c) @include(if: true) ...F }
      fragment F on Query { z @other(if: $c) ... @include(if: $b) { w } }
    `);
    expect(names).toEqual(['a', 'b']);
  });

  it('are not those of another operation in the document', () => {
    const source = 'query A($a: Boolean!) { x @skip(if: $a) } query B($b: Boolean!) { x @skip(if: $b) }';
    expect(conditions(source).names).toEqual(['a']);
  });

  it('have the values that the client sent, else their defaults', () => {
    const { valuesOf } = conditions(
      'query ($a: Boolean = true, $b: Boolean! = false) { x @skip(if: $a) y @include(if: $b) }',
    );
    expect(Object.fromEntries(valuesOf({}))).toEqual({ a: true, b: false });
    expect(Object.fromEntries(valuesOf({ a: false, b: true }))).toEqual({ a: false, b: true });
  });

  it.each(['constructor', 'toString', '__proto__'])('have their default under the name %s too', (name) => {
    const { valuesOf, keyOf } = conditions(`query ($${name}: Boolean = true) { x @skip(if: $${name}) }`);
    expect(valuesOf({}).get(name)).toBe(true);
    expect(valuesOf(JSON.parse(`{"${name}":false}`)).get(name)).toBe(false);
    expect([keyOf({}), keyOf(JSON.parse(`{"${name}":false}`))]).toEqual(['1', '0']);
  });

  it('give each set of values a key of its own, and other variables none', () => {
    const { keyOf } = conditions(
      'query ($a: Boolean!, $b: Boolean!, $c: Int) { x @skip(if: $a) y(c: $c) @include(if: $b) }',
    );
    const keys = [true, false].flatMap((a) => [true, false].map((b) => keyOf({ a, b, c: 1 })));
    expect(new Set(keys).size).toBe(4);
    expect(keyOf({ a: true, b: true, c: 2 })).toBe(keys[0]);
    expect(conditions('query ($c: Int) { y(c: $c) }').keyOf({ c: 1 })).toBe('');
  });
});
