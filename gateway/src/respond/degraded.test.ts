import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDegraded } from './degraded.ts';

const failed = (
  path: (string | number)[] | undefined,
  code: string,
  subgraph: string | undefined = 'fines',
) => ({
  message: 'x',
  ...(path && { path }),
  extensions: { code, ...(subgraph && { subgraph }) },
});
const stale = (ageSeconds: number) => ({
  path: ['viewer'],
  subgraph: 'readers',
  reason: 'STALE',
  retryable: true,
  ageSeconds,
});

describe('toDegraded', () => {
  it('has nothing to say of an answer that is whole', () => {
    expect(toDegraded([], [])).toBeUndefined();
  });

  it('tells once of all items of a list', () => {
    const errors = [0, 1, 2].map((index) => failed(['loans', index, 'fine'], 'SUBGRAPH_TIMEOUT'));
    expect(toDegraded(errors, [])).toEqual([
      { path: ['loans', '@', 'fine'], subgraph: 'fines', reason: 'SUBGRAPH_TIMEOUT', retryable: true },
    ]);
  });

  it.each([
    ['SUBGRAPH_UNAVAILABLE', true],
    ['SUBGRAPH_OVERLOADED', true],
    ['SERVICE_TIMEOUT', true],
    ['SUBGRAPH_ERROR', false],
    ['INTERNAL_SERVER_ERROR', false],
  ])('takes %s for a failure, retryable: %s', (code, retryable) => {
    expect(toDegraded([failed(['a'], code)], [])).toMatchObject([{ reason: code, retryable }]);
  });

  it.each(['FORBIDDEN', 'BAD_USER_INPUT', 'SOLD_OUT'])('takes %s for what it is, an answer', (code) => {
    expect(toDegraded([failed(['a'], code)], [])).toBeUndefined();
  });

  it('says nothing of what no subgraph is to blame for', () => {
    expect(
      toDegraded([{ message: 'x', path: ['a'], extensions: { code: 'SUBGRAPH_ERROR' } }], []),
    ).toBeUndefined();
    expect(toDegraded([{ message: 'x' }], [])).toBeUndefined();
  });

  it('gives what is reported, the oldest where there are several of one place', () => {
    expect(toDegraded([], [stale(3), stale(9), stale(5)])).toEqual([stale(9)]);
  });

  it('names each place once, never more than a hundred, whatever the errors', () => {
    const path = fc.array(fc.oneof(fc.nat(5), fc.constantFrom('a', 'b', 'c')), { maxLength: 4 });
    const code = fc.constantFrom('SUBGRAPH_TIMEOUT', 'SUBGRAPH_ERROR', 'FORBIDDEN');
    const errors = fc.array(
      fc.record({ path, code }).map((each) => failed(each.path, each.code)),
      { maxLength: 500 },
    );
    fc.assert(
      fc.property(errors, (all) => {
        const degraded = toDegraded(all, []) ?? [];
        const keys = degraded.map((each) => JSON.stringify([each.path, each.reason]));
        expect(new Set(keys).size).toBe(keys.length);
        expect(degraded.length).toBeLessThanOrEqual(100);
        expect(degraded.flatMap((each) => each.path).every((step) => typeof step === 'string')).toBe(true);
        expect(degraded.length > 0).toBe(all.some(({ extensions }) => extensions.code !== 'FORBIDDEN'));
      }),
    );
  });
});
