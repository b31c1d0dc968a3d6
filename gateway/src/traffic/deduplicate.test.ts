import { createRegistry, metric } from '@tributary/telemetry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Lifetime } from '../subgraph/lifetime.ts';
import type { RawResponse, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { withDeduplication } from './deduplicate.ts';
import { answer, connectionFailure, createFetch, later, outcomeOf } from './testing/fetches.ts';
import { createScriptedSender, type Deed } from './testing/scripted-sender.ts';

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

function start(act: (ordinal: number) => Deed = (ordinal) => later(100, answer(`answer ${ordinal}`))) {
  const subgraph = createScriptedSender((_, ordinal) => act(ordinal));
  const registry = createRegistry('test', { processMetrics: false });
  const client = withDeduplication(subgraph, {
    timeoutMs: 30_000,
    deduplicated: metric(registry, 'subgraph_deduplicated_total'),
  });
  const ask = (request: Partial<SubgraphRequest<string>> = {}) =>
    outcomeOf(client.send(createFetch(request)));
  return { subgraph, ask, registry };
}

const callerOf = (
  subject: string | null,
  forwardedHeaders: Record<string, string> = {},
  roles: string[] = [],
) => ({
  identity: { subject, roles },
  forwardedHeaders,
});

describe('de-duplication', () => {
  it('sends equal queries at once only once, for the same user, and each reads for itself', async () => {
    const { subgraph, ask, registry } = start();
    const outcomes = [
      ask({ caller: callerOf('mia') }),
      ask({ caller: callerOf('mia'), read: ({ body }) => ({ value: `${body}!`, errorCount: 0 }) }),
    ];
    await vi.advanceTimersByTimeAsync(100);
    expect(outcomes).toEqual([{ value: 'answer 1' }, { value: 'answer 1!' }]);
    expect(subgraph.sent).toHaveLength(1);
    expect(await registry.metrics()).toMatch(/subgraph_deduplicated_total{.*} 1/);
  });

  it('leaves the memory of an answer to its only reader, and to none of several', async () => {
    const { ask } = start(() => later(100, answer('ok', { ownsBody: true })));
    const read = ({ ownsBody }: RawResponse) => ({ value: String(ownsBody), errorCount: 0 });
    const outcomes = [ask({ read }), ask({ read }), ask({ read, caller: callerOf('mia') })];
    await vi.advanceTimersByTimeAsync(100);
    expect(outcomes).toEqual([{ value: 'false' }, { value: 'false' }, { value: 'true' }]);
  });

  it('shares what each of many callers asks twice, though all of them ask the same', async () => {
    const { subgraph, ask } = start();
    const callers = Array.from({ length: 100 }, (_, each) =>
      each % 2 === 0 ? callerOf(`user-${each}`) : callerOf(null, { authorization: `Bearer ${each}` }),
    );
    const outcomes = [...callers, ...callers].map((caller) => ask({ caller }));
    await vi.advanceTimersByTimeAsync(100);
    expect(outcomes.every((outcome) => 'value' in (outcome as object))).toBe(true);
    // A few displace each other.
    expect(subgraph.sent.length).toBeLessThan(110);
  });

  it.each([
    ['another user', { caller: callerOf('ben') }],
    ['nobody', { caller: callerOf(null) }],
    ['other roles', { caller: callerOf('mia', {}, ['admin']) }],
    ['another header', { caller: callerOf('mia', { cookie: 'a' }) }],
    ['another body', { caller: callerOf('mia'), body: '{"query":"{me{id}}" }' }],
    ['a mutation', { caller: callerOf('mia'), operationKind: 'mutation' as const }],
  ])('never shares with %s', async (_, request) => {
    const { subgraph, ask } = start();
    const outcomes = [ask({ caller: callerOf('mia') }), ask(request)];
    await vi.advanceTimersByTimeAsync(100);
    expect(outcomes).toEqual([{ value: 'answer 1' }, { value: 'answer 2' }]);
    expect(subgraph.sent).toHaveLength(2);
  });

  it('sends two equal mutations twice', async () => {
    const { subgraph, ask } = start();
    for (let each = 0; each < 2; each++) ask({ operationKind: 'mutation' });
    expect(subgraph.sent).toHaveLength(2);
  });

  it('asks again once there is an answer', async () => {
    const { subgraph, ask } = start();
    ask();
    await vi.advanceTimersByTimeAsync(100);
    const second = ask();
    await vi.advanceTimersByTimeAsync(100);
    expect(second).toEqual({ value: 'answer 2' });
    expect(subgraph.sent).toHaveLength(2);
  });

  it('does not join what was asked before a mutation that has ended', async () => {
    const { ask } = start((ordinal) => later(ordinal === 1 ? 500 : 50, answer(`answer ${ordinal}`)));
    ask();
    ask({ operationKind: 'mutation' });
    await vi.advanceTimersByTimeAsync(60);
    const after = ask();
    await vi.advanceTimersByTimeAsync(60);
    expect(after).toEqual({ value: 'answer 3' });
  });

  it('goes on while one still waits, and ends when the last has left', async () => {
    const { subgraph, ask } = start();
    const [one, two] = [new Lifetime(Infinity), new Lifetime(Infinity)];
    const outcomes = [ask({ lifetime: one }), ask({ lifetime: two })];
    one.end();
    await vi.advanceTimersByTimeAsync(10);
    expect(outcomes[0]?.error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(subgraph.sent[0]?.lifetime.hasEnded).toBe(false);
    two.end();
    expect(subgraph.sent[0]?.lifetime.hasEnded).toBe(true);
  });

  it('is read by one who still waits when the first has left', async () => {
    const { ask } = start();
    const lifetime = new Lifetime(Infinity);
    const read = vi.fn();
    ask({ lifetime, read });
    const second = ask();
    lifetime.end();
    await vi.advanceTimersByTimeAsync(100);
    expect(second).toEqual({ value: 'answer 1' });
    expect(read).not.toHaveBeenCalled();
  });

  it('ends each waiter in its own time, as a time-out', async () => {
    const { subgraph, ask } = start(() => new Promise(() => {}));
    const outcomes = [ask({ lifetime: new Lifetime(1_000) }), ask({ lifetime: new Lifetime(400) })];
    await vi.advanceTimersByTimeAsync(450);
    expect(outcomes[1]?.error).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    expect(outcomes[0]).toEqual({});
    await vi.advanceTimersByTimeAsync(600);
    expect(outcomes[0]?.error).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    expect(subgraph.sent[0]?.lifetime.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('does not join a fetch that would be cut off long before its own time', () => {
    const { subgraph, ask } = start(() => new Promise(() => {}));
    ask({ lifetime: new Lifetime(1_000) });
    ask({ lifetime: new Lifetime(1_050) });
    expect(subgraph.sent).toHaveLength(1);
    ask({ lifetime: new Lifetime(5_000) });
    expect(subgraph.sent).toHaveLength(2);
  });

  it('gives a failure to all', async () => {
    const { ask } = start(() => connectionFailure());
    const outcomes = [ask(), ask()];
    await vi.advanceTimersByTimeAsync(0);
    for (const { error } of outcomes) expect(error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });
});
