import { createRegistry, metric } from '@tributary/telemetry';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { withDeadline } from './deadline.ts';
import { withHedge } from './hedge.ts';
import { LatencyQuantile } from './latency-quantile.ts';
import { RetryBudget } from './retry-budget.ts';
import { answer, connectionFailure, createFetch, later, outcomeOf } from './testing/fetches.ts';
import { createScriptedSender, type Deed } from './testing/scripted-sender.ts';

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

/** After a hundred answers within 50 ms. */
function start(act: (ordinal: number) => Deed, budget = new RetryBudget(10)) {
  const subgraph = createScriptedSender((_, ordinal) => act(ordinal));
  const latencies = new LatencyQuantile(95);
  for (let each = 0; each < 128; each++) latencies.observe(50);
  const retries = metric(createRegistry('test', { processMetrics: false }), 'subgraph_retries_total');
  const client = withDeadline(withHedge(subgraph, { latencies, budget, retries }), 30_000);
  const ask = (request: Partial<SubgraphRequest<string>> = {}) =>
    outcomeOf(client.send(createFetch(request)));
  return { subgraph, ask, retries, client };
}

describe('a hedge', () => {
  it('asks a second time after the usual time, takes the first answer and cancels the other fetch', async () => {
    const { subgraph, ask } = start((ordinal) => later(ordinal === 1 ? 5_000 : 20, answer(`${ordinal}`)));
    const outcome = ask();
    await vi.advanceTimersByTimeAsync(45);
    expect(subgraph.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(outcome).toEqual({ value: '2' });
    expect(subgraph.sent.map(({ lifetime }) => lifetime.hasEnded)).toEqual([true, true]);
  });

  it('asks once where the answer comes in time, and never twice for a mutation', async () => {
    const { subgraph, ask } = start((ordinal) => later(ordinal === 1 ? 20 : 5_000, answer()));
    ask();
    ask({ operationKind: 'mutation' });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(subgraph.sent).toHaveLength(2);
  });

  it('lets the first fetch answer when the second fails', async () => {
    const { ask } = start((ordinal) => (ordinal === 1 ? later(500, answer('1')) : connectionFailure()));
    const outcome = ask();
    await vi.advanceTimersByTimeAsync(600);
    expect(outcome).toEqual({ value: '1' });
  });

  it('fails at once when the only fetch fails', async () => {
    const { subgraph, ask } = start(() => connectionFailure());
    const outcome = ask();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outcome.error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(subgraph.sent).toHaveLength(1);
  });

  it('keeps to the budget of the retries', async () => {
    const budget = new RetryBudget(10);
    while (budget.take());
    const { subgraph, ask } = start(() => later(500, answer()), budget);
    ask();
    await vi.advanceTimersByTimeAsync(600);
    expect(subgraph.sent).toHaveLength(1);
  });

  it('gives the reader one answer, even when two come at once', async () => {
    const read = vi.fn(() => ({ value: 'read', errorCount: 0 }));
    const { ask } = start((ordinal) => later(ordinal === 1 ? 200 : 140, answer()));
    ask({ read });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('a latency quantile', () => {
  it('is within a tenth of the true one', () => {
    const latencies = fc.array(fc.double({ min: 0.2, max: 60_000, noNaN: true }), {
      minLength: 128,
      maxLength: 128,
    });
    fc.assert(
      fc.property(latencies, fc.constantFrom(50, 90, 95, 99), (values, percentile) => {
        const quantile = new LatencyQuantile(percentile);
        for (const value of values) quantile.observe(value);
        const exact = [...values].sort((a, b) => a - b)[Math.ceil((percentile / 100) * 128) - 1] as number;
        expect((quantile.value as number) / exact).toBeGreaterThan(0.99);
        expect((quantile.value as number) / exact).toBeLessThan(1.101);
      }),
    );
  });

  it('forgets what was long ago', () => {
    const quantile = new LatencyQuantile(95);
    for (let each = 0; each < 5_000; each++) quantile.observe(1_000);
    for (let each = 0; each < 12_000; each++) quantile.observe(10);
    expect(quantile.value).toBeLessThan(12);
  });
});
