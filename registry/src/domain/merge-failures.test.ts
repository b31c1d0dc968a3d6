import { expect, it } from 'vitest';
import { type ArmFailure, mergeFailures } from './merge-failures.ts';

const failure = (code: string, count: number, ...traceIds: readonly string[]): ArmFailure => ({
  coordinate: 'Query.a',
  subgraph: 'one',
  code,
  count,
  traceIds,
});

it('adds up the same kinds and keeps the newest three examples', () => {
  const merged = mergeFailures([failure('A', 2, 't1', 't2')], [failure('A', 3, 't3', 't4'), failure('B', 1)]);
  expect(merged).toEqual([failure('A', 5, 't3', 't4', 't1'), failure('B', 1)]);
});

it('keeps the ten most frequent kinds', () => {
  const many = Array.from({ length: 30 }, (_, index) => failure(`C${index}`, index + 1));
  const merged = mergeFailures(many, []);
  expect(merged).toHaveLength(10);
  expect(merged[0]).toEqual(failure('C29', 30));
});
