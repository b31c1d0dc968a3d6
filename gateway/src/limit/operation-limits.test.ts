import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { assertWithinLimits } from './operation-limits.ts';

const limits = { ...DEFAULT_POLICY.limits, depth: 3, aliases: 2, rootFields: 3, fields: 6 };
const check = (source: string) => () => assertWithinLimits(parse(source), limits);

describe('assertWithinLimits', () => {
  it.each([
    '{ a { b { c } } }',
    '{ x: a y: b c }',
    '{ a { ...F } } fragment F on A { b { c } }',
    '{ ... on Query { a { b { c } } } }',
  ])('accepts %s', (source) => {
    expect(check(source)).not.toThrow();
  });

  it.each([
    ['depth', '{ a { b { c { d } } } }'],
    ['depth', '{ a { ...F } } fragment F on A { b { ...G } } fragment G on B { c { d } }'],
    ['aliases', '{ x: a y: b z: c }'],
    ['aliases', '{ a { ...F ...F ...F } } fragment F on A { x: b }'],
    ['rootFields', '{ a b c d }'],
    ['rootFields', '{ ...F ...F } fragment F on Query { a b }'],
    ['fields', '{ a { b c d e f g } }'],
    ['depth', '{ a } query Other { a { b { c { d } } } }'],
  ])('refuses what exceeds %s: %s', (limit, source) => {
    expect(check(source)).toThrow(
      expect.objectContaining({ code: 'OPERATION_LIMIT_EXCEEDED', message: expect.stringContaining(limit) }),
    );
  });

  it('measures a document that doubles with each fragment in no time', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, i) => `fragment F${i} on A { ...F${i + 1} ...F${i + 1} }`,
    );
    const source = `{ a { ...F0 } } ${fragments.join(' ')} fragment F200 on A { b }`;
    expect(check(source)).toThrow(/fields: 6/);
  });

  it('leaves fragment cycles and unknown fragments to validation', () => {
    expect(check('{ ...F } fragment F on A { ...F ...G }')).not.toThrow();
  });
});
