import { expect, it } from 'vitest';
import { mergeSlowest, type SlowRequest } from './merge-slowest.ts';

const request = (ms: number): SlowRequest => ({ ms, traceId: null, subgraph: 'one', coordinate: 'Query.a' });

it('keeps the three slowest of both, the slowest first', () => {
  const merged = mergeSlowest([request(40), request(10)], [request(5), request(30), request(20)]);
  expect(merged.map(({ ms }) => ms)).toEqual([40, 30, 20]);
  expect(mergeSlowest([], [request(1)])).toEqual([request(1)]);
});
