import { TributaryError } from '@tributary/errors';
import { createRegistry, metric } from '@tributary/telemetry';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { Lifetime } from '../subgraph/lifetime.ts';
import type { SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { withRetry } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import { backoffMs, retryAfterMs } from './retry-delay.ts';
import { answer, connectionFailure, createFetch, outcomeOf, sendBy } from './testing/fetches.ts';
import { createScriptedSender, type Deed } from './testing/scripted-sender.ts';

beforeAll(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21) });
});
afterAll(() => {
  vi.useRealTimers();
});

function start(deeds: readonly Deed[], overrides: Partial<typeof DEFAULT_POLICY.traffic.retry> = {}) {
  const subgraph = createScriptedSender((_, ordinal) => deeds[ordinal - 1] ?? answer());
  const settings = { ...DEFAULT_POLICY.traffic.retry, ...overrides };
  const retries = metric(createRegistry('test', { processMetrics: false }), 'subgraph_retries_total');
  const budget = new RetryBudget(settings.budgetPercent);
  const sender = withRetry(subgraph, { budget, settings, retries });
  const ask = async (request: Partial<SubgraphRequest<string>> = {}, forMs = 10_000) => {
    const outcome = outcomeOf(sendBy(sender, createFetch(request)));
    await vi.advanceTimersByTimeAsync(forMs);
    return outcome;
  };
  return { subgraph, ask, retries, budget };
}

const refusal = (status: number, retryAfter?: string) => answer('', { status, retryAfter });

describe('a retry', () => {
  it.each([
    ['a refused connection', connectionFailure('ECONNREFUSED')],
    ['a connection that broke', connectionFailure('LEAN_CONNECTION_CLOSED')],
    ['429', refusal(429)],
    ['502', refusal(502)],
    ['503', refusal(503)],
    ['504', refusal(504)],
  ])('sends a query again after %s', async (_, deed) => {
    const { subgraph, ask } = start([deed]);
    expect(await ask()).toEqual({ value: 'ok' });
    expect(subgraph.sent).toHaveLength(2);
  });

  it.each([
    ['an answer that is wrong', new TributaryError('SUBGRAPH_MALFORMED_RESPONSE', 'no JSON')],
    ['a time that is over', new TributaryError('SUBGRAPH_TIMEOUT', 'late')],
    ['no turn in the queue', new TributaryError('SUBGRAPH_OVERLOADED', 'late')],
    ['a request that cannot be sent', connectionFailure('LEAN_REQUEST_REFUSED')],
  ])('does not send again after %s', async (_, deed) => {
    const { subgraph, ask } = start([deed]);
    expect(await ask()).toEqual({ error: deed });
    expect(subgraph.sent).toHaveLength(1);
  });

  it('gives up after as many sends as the policy says, with the last failure', async () => {
    const deeds = [refusal(503), refusal(503), refusal(502), answer()];
    const { subgraph, ask } = start(deeds, { sends: 3 });
    expect((await ask()).error).toMatchObject({ message: expect.stringContaining('502') });
    expect(subgraph.sent).toHaveLength(3);
  });

  it('never repeats a mutation, but one with an idempotency key that the policy names and the client sent', async () => {
    const withKey = { identity: { subject: null, roles: [] }, forwardedHeaders: { 'idempotency-key': 'k' } };
    const sentOf = async (idempotencyHeader: string, caller?: SubgraphRequest<string>['caller']) => {
      const { subgraph, ask } = start([connectionFailure()], { idempotencyHeader });
      await ask({ operationKind: 'mutation', ...(caller && { caller }) });
      return subgraph.sent.length;
    };
    expect(await sentOf('', withKey)).toBe(1);
    expect(await sentOf('idempotency-key')).toBe(1);
    expect(await sentOf('idempotency-key', withKey)).toBe(2);
  });

  it.each([
    ['seconds', '3', 3_000],
    ['a date', 'Sat, 21 Nov 2026 00:00:03 GMT', 3_000],
  ])('waits as long as Retry-After asks, in %s', async (_, retryAfter, ms) => {
    vi.setSystemTime(Date.UTC(2026, 10, 21));
    const { subgraph, ask } = start([refusal(503, retryAfter)]);
    await ask({}, ms - 1);
    expect(subgraph.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(subgraph.sent).toHaveLength(2);
  });

  it('fails at once when it would have to wait for longer than there is time', async () => {
    const { subgraph, ask } = start([refusal(503, '30')]);
    const outcome = await ask({ lifetime: new Lifetime(5_000) }, 0);
    expect(outcome.error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(subgraph.sent).toHaveLength(1);
  });

  it('does not wait for a caller that leaves', async () => {
    const lifetime = new Lifetime(Infinity);
    const { subgraph, ask } = start([refusal(503, '5')]);
    const outcome = await ask({ lifetime }, 100);
    lifetime.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(outcome.error).toBeDefined();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(subgraph.sent).toHaveLength(1);
  });

  it('stops when the budget is used up, and says so in the metric', async () => {
    const { subgraph, ask, retries } = start(new Array(200).fill(connectionFailure()), { sends: 2 });
    for (let each = 0; each < 50; each++) await ask();
    // Ten to begin with, and a tenth of fifty.
    expect(subgraph.sent).toHaveLength(50 + 15);
    const { values } = await retries.get();
    expect(values.map(({ labels, value }) => [labels.outcome, value])).toEqual([
      ['sent', 15],
      ['refused', 35],
    ]);
  });
});

describe('a retry budget', () => {
  it('never gives more than its share of what was paid, and what it began with', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.boolean(), { maxLength: 2_000 }),
        (percent, events) => {
          const budget = new RetryBudget(percent);
          let [paid, taken] = [0, 0];
          for (const isPaid of events) {
            if (isPaid) {
              budget.pay();
              paid++;
            } else if (budget.take()) taken++;
            expect(taken).toBeLessThanOrEqual(10 + (paid * percent) / 100 + 1e-6);
          }
        },
      ),
    );
  });
});

describe('a delay', () => {
  it('is random below a bound that doubles up to the highest', () => {
    const settings = { firstDelayMs: 50, maxDelayMs: 300 };
    expect([1, 2, 3, 4, 5].map((count) => backoffMs(count, settings, () => 1))).toEqual([
      50, 100, 200, 300, 300,
    ]);
    expect(backoffMs(3, settings, () => 0)).toBe(0);
  });

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 00:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 00:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['2026', 2_026_000],
    ['99999999999', undefined],
    ['2026-11-21T00:01:00Z', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads Retry-After %j', (value, ms) => {
    expect(retryAfterMs(value, Date.UTC(2026, 10, 21))).toBe(ms);
  });
});
