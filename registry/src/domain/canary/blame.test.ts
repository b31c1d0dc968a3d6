import { describe, expect, it } from 'vitest';
import type { Harm } from './assess.ts';
import {
  blamedFailure,
  blamedOperation,
  blamedPlace,
  describeHarm,
  type Failure,
  type SlowRequest,
} from './blame.ts';

const HARM: Harm = {
  operation: 'one',
  test: 'errors',
  arms: { live: { requests: 9_760, bad: 3 }, canary: { requests: 240, bad: 12 } },
  log: 12,
  threshold: 9,
};

describe('blame', () => {
  it('falls on the operation that was found', () => expect(blamedOperation(HARM, [])).toBe('one'));

  it('falls on the one with the most failures too many where all together were found', () => {
    const together = { ...HARM, operation: undefined };
    expect(
      blamedOperation(together, [
        counts('always fails', { requests: 100, errors: 100 }, { requests: 50, errors: 50 }),
        counts('fails now', { requests: 100, errors: 1 }, { requests: 50, errors: 10 }),
      ]),
    ).toBe('fails now');
  });

  it('falls on the failure that the live release does not have, though others are more', () => {
    const usual = failure('Query.search', 'TIMEOUT', 40);
    const live = { requests: 900, failures: [{ ...usual, count: 360 }] };
    const canary = { requests: 100, failures: [usual, failure('User.orders', 'INTERNAL', 9)] };
    expect(blamedFailure(live, canary)).toMatchObject({ coordinate: 'User.orders', count: 9 });
  });

  it('falls on none where the canary fails no more', () => {
    const failures = [failure('User.orders', 'INTERNAL', 5)];
    expect(blamedFailure({ requests: 100, failures }, { requests: 100, failures: [] })).toBeUndefined();
    expect(blamedFailure({ requests: 100, failures }, { requests: 100, failures })).toBeUndefined();
  });

  it('falls on the place that most of the slow requests have in common, with their traces', () => {
    const slowest = [slow(900, 'Query.search'), slow(400, 'User.orders'), slow(300, 'User.orders')];
    expect(blamedPlace(slowest, 100)).toEqual({
      coordinate: 'User.orders',
      subgraph: 'orders',
      traceIds: ['t400', 't300'],
    });
  });

  it('falls on the place of the slowest where no two are slow in the same one', () => {
    expect(blamedPlace([slow(900, 'Query.search'), slow(400, 'User.orders')], 100)).toMatchObject({
      coordinate: 'Query.search',
      traceIds: ['t900'],
    });
  });

  it('looks at no request that is within what a canary may take', () => {
    const slowest = [slow(900, 'Query.search'), slow(400, 'User.orders'), slow(300, 'User.orders')];
    expect(blamedPlace(slowest, 400)).toMatchObject({ coordinate: 'Query.search' });
    expect(blamedPlace(slowest, 900)).toBeUndefined();
    expect(blamedPlace([], 100)).toBeUndefined();
  });

  it('leaves out the trace of a request that has none', () => {
    expect(blamedPlace([{ ...slow(900, 'Query.search'), traceId: null }], 100)?.traceIds).toEqual([]);
  });

  it('is told with the numbers', () => {
    expect(describeHarm(HARM, 'Home', { share: 10 })).toBe(
      'At 10 % of the traffic 12 of 240 (5.0 %) requests of Home failed with this release, 3 of 9760 (0.031 %) with the live one.',
    );
    const slow = { ...HARM, slowFromMs: { live: 210, canary: 297.3 } };
    expect(describeHarm(slow, 'Home', { share: 10 })).toContain(
      'took longer than 297 ms (the live release: than 210 ms) with this release',
    );
  });
});

function failure(coordinate: string, code: string, count: number): Failure {
  return { coordinate, subgraph: 'orders', code, count, traceIds: [] };
}

function slow(ms: number, coordinate: string): SlowRequest {
  return { ms, traceId: `t${ms}`, subgraph: 'orders', coordinate };
}

type Some = { readonly requests: number; readonly errors: number };

function counts(operation: string, live: Some, canary: Some) {
  return { operation, live: { ...live, latency: [] }, canary: { ...canary, latency: [] } };
}
