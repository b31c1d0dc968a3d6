import { describe, expect, it } from 'vitest';
import { type ArmEntry, ArmLedger } from './arm-ledger.ts';

const SPLIT = { release: 3, share: 10 };
const FAILURE = { coordinate: 'Query.a', subgraph: 'one', code: 'SUBGRAPH_ERROR' };

const entry = (more: Partial<ArmEntry> = {}): ArmEntry => ({
  arm: 'canary',
  operation: { hash: 'a', name: 'A' },
  durationMs: 1,
  failures: [],
  traceId: undefined,
  report: { slowest: undefined },
  ...more,
});

describe('ArmLedger', () => {
  it('counts requests, failures and times for each operation of each arm', () => {
    const ledger = new ArmLedger();
    ledger.record(SPLIT, entry());
    ledger.record(SPLIT, entry({ failures: [FAILURE, FAILURE], traceId: 't1' }));
    ledger.record(SPLIT, entry({ arm: 'live', durationMs: 0.1 }));
    const [{ arms, ...split }] = ledger.take() as [ReturnType<ArmLedger['take']>[number]];
    expect(split).toEqual(SPLIT);
    expect(arms.canary).toMatchObject([
      {
        operation: 'a',
        name: 'A',
        requests: 2,
        errors: 1,
        failures: [{ ...FAILURE, count: 1, traceIds: ['t1'] }],
      },
    ]);
    expect(arms.canary[0]?.latency[8]).toBe(2);
    expect(arms.live).toMatchObject([{ requests: 1, errors: 0, failures: [] }]);
    expect(ledger.take()).toEqual([]);
  });

  it('keeps three traces of a failure', () => {
    const ledger = new ArmLedger();
    for (const traceId of ['1', '2', '3', '4']) ledger.record(SPLIT, entry({ failures: [FAILURE], traceId }));
    expect(ledger.take()[0]?.arms.canary[0]?.failures).toEqual([
      { ...FAILURE, count: 4, traceIds: ['1', '2', '3'] },
    ]);
  });

  it('keeps the three slowest requests, each with what its slowest subgraph was asked for', () => {
    const ledger = new ArmLedger();
    const slow = (durationMs: number, query: string | undefined = '{ a }') =>
      ledger.record(
        SPLIT,
        entry({ durationMs, traceId: `t${durationMs}`, report: { slowest: { name: 'one', query } } }),
      );
    for (const ms of [5, 40, 10, 30]) slow(ms);
    ledger.record(SPLIT, entry({ durationMs: 20, traceId: undefined }));
    expect(ledger.take()[0]?.arms.canary[0]?.slowest).toEqual([
      { ms: 40, traceId: 't40', subgraph: 'one', coordinate: 'Query.a' },
      { ms: 30, traceId: 't30', subgraph: 'one', coordinate: 'Query.a' },
      { ms: 20, traceId: null, subgraph: null, coordinate: null },
    ]);
  });

  it('does not ask where the time went in a request that is none of the slowest', () => {
    const ledger = new ArmLedger();
    for (const durationMs of [3, 2, 2]) ledger.record(SPLIT, entry({ durationMs }));
    const report = {
      get slowest(): never {
        throw new Error('asked');
      },
    };
    ledger.record(SPLIT, entry({ durationMs: 2, report }));
    expect(ledger.take()[0]?.arms.canary[0]?.slowest.map(({ ms }) => ms)).toEqual([3, 2, 2]);
  });

  it('sums up operations, and leaves out failures, beyond its bounds', () => {
    const ledger = new ArmLedger();
    for (let index = 0; index < 1_000; index++) {
      const failures = [{ ...FAILURE, code: `CODE_${index}` }];
      ledger.record(SPLIT, entry({ operation: { hash: `${index}`, name: 'N' }, failures }));
    }
    const canary = ledger.take()[0]?.arms.canary ?? [];
    expect(canary).toHaveLength(201);
    expect(canary.at(-1)).toMatchObject({ operation: '', name: null, requests: 800, errors: 800 });
    expect(canary.at(-1)?.failures).toHaveLength(10);
  });

  it('tells shares apart, and forgets the oldest of many', () => {
    const ledger = new ArmLedger();
    for (let share = 1; share <= 10; share++) ledger.record({ release: 3, share }, entry());
    expect(ledger.take().map(({ share }) => share)).toEqual([7, 8, 9, 10]);
  });
});
