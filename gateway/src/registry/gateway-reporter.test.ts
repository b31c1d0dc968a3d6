import { testTelemetry } from '@tributary/telemetry/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ArmLedger } from '../canary/index.ts';
import { createGatewayReporter, type GatewayReport, type SendReport } from './gateway-reporter.ts';

const SPLIT = { release: 2, share: 10 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('a gateway’s reports', () => {
  it('say at once, and every few seconds, that it lives and what it serves', async () => {
    await using reporting = start();
    expect(await reporting.next()).toMatchObject({ sequence: 1, serves: ['live'] });
    reporting.digests.push('canary');
    const late = await reporting.next(6_500);
    expect(late).toMatchObject({ sequence: 2, serves: ['live', 'canary'] });
    expect(late).not.toHaveProperty('canary');
  });

  it('come at once when what is served changes, also while another is on its way', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    await using reporting = start(() => promise);
    await reporting.next();
    reporting.digests.push('canary');
    reporting.reporter.changed();
    resolve(true);
    expect(await reporting.next(200)).toMatchObject({ serves: ['live', 'canary'] });
  });

  it('hold what was counted since the last one', async () => {
    await using reporting = start();
    await reporting.next();
    reporting.count();
    reporting.count();
    expect(await reporting.next(6_500)).toMatchObject({
      sequence: 2,
      canary: { ...SPLIT, arms: { live: [], canary: [{ operation: 'a', requests: 2 }] } },
    });
    expect(await reporting.next(6_500)).not.toHaveProperty('canary');
  });

  it('are sent again under their number, with what is served by then, until the registry answers', async () => {
    let isAway = true;
    await using reporting = start(async () => {
      if (isAway) throw new Error('connect ECONNREFUSED');
      return true;
    });
    await reporting.next();
    reporting.count();
    const second = await reporting.next(6_500);
    reporting.count();
    isAway = false;
    reporting.digests.push('canary');
    const third = await reporting.next(6_500);
    expect([second, third]).toMatchObject([
      { sequence: 2, serves: ['live'], canary: { arms: { canary: [{ requests: 1 }] } } },
      { sequence: 2, serves: ['live', 'canary'], canary: { arms: { canary: [{ requests: 1 }] } } },
    ]);
    expect(reporting.logs.lines.map(({ msg }) => msg)).toEqual([
      'cannot report to the registry',
      'the registry takes reports again',
    ]);
  });

  it('are dropped, the oldest first, while the registry is away for long', async () => {
    let isAway = true;
    await using reporting = start(async () => {
      if (isAway) throw new Error('connect ECONNREFUSED');
      return true;
    });
    await reporting.next();
    for (let tick = 0; tick < 20; tick++) {
      reporting.count();
      await reporting.next(6_500);
    }
    isAway = false;
    reporting.sent.length = 0;
    await reporting.next(6_500);
    await vi.waitFor(() => expect(reporting.sent).toHaveLength(8));
    const sequences = reporting.sent.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
    expect(await reporting.registry.metrics()).toMatch(/gateway_reports_total\{outcome="dropped",\S+ 12/);
  });

  it('are given up when the registry refuses them for good', async () => {
    await using reporting = start(async () => false);
    await reporting.next();
    reporting.count();
    expect(await reporting.next(6_500)).toHaveProperty('canary');
    expect(await reporting.next(6_500)).not.toHaveProperty('canary');
  });

  it('end with one that gives up the lease and has the last counts', async () => {
    const reporting = start();
    await reporting.next();
    reporting.count();
    await reporting[Symbol.asyncDispose]();
    expect(reporting.sent.at(-1)).toMatchObject({
      serves: [],
      canary: { arms: { canary: [{ requests: 1 }] } },
    });
  });
});

function start(answer: SendReport = async () => true) {
  const ledger = new ArmLedger();
  const digests = ['live'];
  const sent: GatewayReport[] = [];
  const { logger, registry, logs } = testTelemetry('gateway');
  const reporter = createGatewayReporter({
    send: (report, signal) => {
      sent.push(structuredClone(report));
      return answer(report, signal);
    },
    ledger,
    generations: { digests },
    logger,
    registry,
  });
  let seen = 0;
  return {
    reporter,
    digests,
    sent,
    registry,
    logs,
    count: () =>
      ledger.record(SPLIT, {
        arm: 'canary',
        operation: { hash: 'a', name: 'A' },
        durationMs: 1,
        failures: [],
        traceId: undefined,
        report: { slowest: undefined },
      }),
    /** The first report after so many milliseconds. */
    async next(afterMs = 0) {
      seen = afterMs === 0 ? seen : sent.length;
      await vi.advanceTimersByTimeAsync(afterMs);
      await vi.waitFor(() => expect(sent.length).toBeGreaterThan(seen));
      return sent[seen];
    },
    [Symbol.asyncDispose]: () => reporter[Symbol.asyncDispose](),
  };
}
