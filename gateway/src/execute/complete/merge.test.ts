import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataObject } from './data-tree.ts';
import { Merger, Origins } from './merge.ts';
import { TypeRelations } from './type-relations.ts';

const facts = { subgraphs: [], possibleTypes: { Media: ['Book'] }, bySubgraph: {}, overrideLabels: [] };

function mergeInOrder(sources: readonly DataObject[], order: readonly number[]): DataObject {
  const merger = new Merger(new Origins(), new TypeRelations(facts));
  const target: DataObject = Object.create(null);
  for (const rank of order) {
    const value = structuredClone(sources[rank] ?? {});
    merger.merge({ value: target, rank: -1 }, { value, rank });
  }
  return JSON.parse(JSON.stringify(target));
}

const merged = (...sources: DataObject[]) => mergeInOrder(sources, [...sources.keys()]);

describe('answers that meet', () => {
  it('merge objects field by field and lists of one length item by item', () => {
    expect(merged({ a: { x: 1 }, l: [{ x: 1 }, null] }, { a: { y: 2 }, l: [{ y: 2 }, { y: 3 }] })).toEqual({
      a: { x: 1, y: 2 },
      l: [{ x: 1, y: 2 }, { y: 3 }],
    });
  });

  it('never lose a value to null', () => {
    expect(merged({ a: 1, l: [1] }, { a: null, l: [null], n: null })).toEqual({ a: 1, l: [1], n: null });
    expect(merged({ a: null }, { a: { x: 1 } })).toEqual({ a: { x: 1 } });
  });

  it('let the later win where they disagree, lists of other lengths too', () => {
    expect(merged({ a: 1, l: [1, 2], o: { x: 1 } }, { a: 2, l: [3], o: 4 })).toEqual({ a: 2, l: [3], o: 4 });
  });

  it('keep the name of an object type where the other is that of an interface', () => {
    expect(merged({ __typename: 'Book' }, { __typename: 'Media' })).toEqual({ __typename: 'Book' });
    expect(merged({ __typename: 'Media' }, { __typename: 'Book' })).toEqual({ __typename: 'Book' });
    expect(mergeInOrder([{ __typename: 'Media' }, { __typename: 'Book' }], [1, 0])).toEqual({
      __typename: 'Book',
    });
  });

  it('never reach the prototype of anything', () => {
    const hostile = JSON.parse('{"a":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}') as DataObject;
    merged({ a: { x: 1 } }, hostile);
    expect(({} as DataObject).polluted).toBeUndefined();
  });
});

it('makes the same data of the same answers, in whatever order they come', () => {
  const { object } = fc.letrec<{ object: unknown }>((tie) => {
    const leaf = fc.constantFrom(1, 2, 'x', null);
    const fields = {
      leaf,
      leaves: fc.tuple(leaf, leaf),
      object: fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('object')),
      objects: fc.oneof({ depthSize: 'small' }, fc.constant(null), fc.tuple(tie('object'), tie('object'))),
    };
    return { object: fc.record(fields, { requiredKeys: [], noNullPrototype: true }) };
  });
  const orders = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
  fc.assert(
    fc.property(fc.tuple(object, object, object), orders, (answers, order) => {
      const sources = answers as DataObject[];
      expect(mergeInOrder(sources, order)).toEqual(mergeInOrder(sources, [0, 1, 2]));
    }),
    { numRuns: 1000 },
  );
});
