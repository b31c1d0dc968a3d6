import { expect, it } from 'vitest';
import type { RequiredSelection } from '../../plan/index.ts';
import { fromByteText, toByteText } from '../../subgraph/index.ts';
import { createCutDown } from './cut-down.ts';
import { SteppedAside } from './json-bytes.ts';

const facts = { subgraphs: [], possibleTypes: { Media: ['Book'] }, bySubgraph: {}, overrideLabels: [] };
const field = (name: string, ...selections: RequiredSelection[]): RequiredSelection =>
  selections.length > 0 ? { kind: 'Field', name, selections } : { kind: 'Field', name };
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({
  kind: 'InlineFragment',
  typeCondition,
  selections,
});

function cutDown(text: string, ...keep: RequiredSelection[]): string {
  return fromByteText(createCutDown([[], keep], facts)(toByteText(text), 1));
}

it('keeps what a representation may hold, in its order', () => {
  expect(cutDown('{"x":1,"b":"é","a":{"c":1,"d":2}}', field('a', field('d')), field('b'))).toBe(
    '{"a":{"d":2},"b":"é"}',
  );
});

it('goes into lists and leaves nulls', () => {
  expect(cutDown('[{"a":1,"b":2},null,[{"b":1,"a":null}]]', field('a'))).toBe('[{"a":1},null,[{"a":null}]]');
  expect(cutDown('null', field('a'))).toBe('null');
});

it('keeps fields of a type where the object is of that type', () => {
  const selections = [field('__typename'), on('Media', field('a')), on('Film', field('b'))];
  expect(cutDown('{"__typename":"Book","a":1,"b":2}', ...selections)).toBe('{"__typename":"Book","a":1}');
  expect(cutDown('{"__typename":"Film","a":1,"b":2}', ...selections)).toBe('{"__typename":"Film","b":2}');
});

it('treats names that objects inherit as any others', () => {
  const text = '{"__proto__":{"a":1},"constructor":2,"x":3}';
  expect(cutDown(text, field('__proto__'), field('constructor'))).toBe(
    '{"__proto__":{"a":1},"constructor":2}',
  );
  expect(() => cutDown('{"x":1}', field('constructor'))).toThrow(SteppedAside);
});

it.each(['{"a":12345678901234567890}', '{"a":1e3}', '{"a":0.1234567890123456}'])(
  'steps aside from a number that might come out another: %s',
  (text) => {
    expect(() => cutDown(text, field('a'))).toThrow(SteppedAside);
  },
);
