import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { Lifetime } from '../subgraph/lifetime.ts';
import type { RawResponse } from '../subgraph/subgraph-client.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { withConcurrencyLimit } from './concurrency-limit.ts';
import { answer, createFetch, outcomeOf, sendBy } from './testing/fetches.ts';
import { createScriptedSender } from './testing/scripted-sender.ts';
import { WaitingLine } from './waiting-line.ts';

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

/** Two at once; each fetch is answered when the test says so, in the order in which they were sent. */
function start({ queue = 10, queueTimeoutMs = 1_000 } = {}) {
  const answers: ((response: RawResponse) => void)[] = [];
  const subgraph = createScriptedSender(() => new Promise((resolve) => answers.push(resolve)));
  const turns = { limit: new AdaptiveLimit({ min: 2, max: 2 }), line: new WaitingLine() };
  const settings = { ...DEFAULT_POLICY.traffic.concurrency, queue, queueTimeoutMs };
  const sender = withConcurrencyLimit(subgraph, turns, settings, () => performance.now());
  const ask = (body: string, lifetime = new Lifetime(Infinity)) =>
    outcomeOf(sendBy(sender, createFetch({ body, lifetime })));
  const answerNext = async () => {
    answers.shift()?.(answer());
    await vi.advanceTimersByTimeAsync(0);
  };
  const sent = () => subgraph.sent.map(({ body }) => body);
  return { turns, ask, answerNext, sent };
}

describe('a concurrency limit', () => {
  it('sends no more at once than the limit, in the order of asking', async () => {
    const { ask, answerNext, sent, turns } = start();
    for (const body of ['a', 'b', 'c', 'd', 'e']) ask(body);
    expect(sent()).toEqual(['a', 'b']);
    expect([turns.limit.inFlight, turns.line.length]).toEqual([2, 3]);
    await answerNext();
    await answerNext();
    expect(sent()).toEqual(['a', 'b', 'c', 'd']);
    for (const _ of ['c', 'd', 'e']) await answerNext();
    expect(sent()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([turns.limit.inFlight, turns.line.length]).toEqual([0, 0]);
  });

  it('lets the newest go first once one has waited for long, until nobody waits', async () => {
    const { ask, answerNext, sent } = start({ queueTimeoutMs: 1_000 });
    for (const body of ['a', 'b', 'c', 'd', 'e']) ask(body);
    await vi.advanceTimersByTimeAsync(600);
    for (const body of ['f', 'g']) ask(body);
    for (const _ of ['c', 'g', 'f', 'e', 'd']) await answerNext();
    expect(sent()).toEqual(['a', 'b', 'c', 'g', 'f', 'e', 'd']);
    for (const body of ['h', 'i', 'j']) ask(body);
    for (let each = 0; each < 4; each++) await answerNext();
    expect(sent().slice(7)).toEqual(['h', 'i', 'j']);
  });

  it('refuses the one that has waited longest when too many wait', async () => {
    const { ask, sent } = start({ queue: 2 });
    const [, , c, d] = ['a', 'b', 'c', 'd', 'e'].map((body) => ask(body));
    await vi.advanceTimersByTimeAsync(0);
    expect(c?.error).toMatchObject({ code: 'SUBGRAPH_OVERLOADED', extensions: { subgraph: 'loyalty' } });
    expect(d).toEqual({});
    expect(sent()).toEqual(['a', 'b']);
  });

  it('refuses what has waited too long', async () => {
    const { ask, turns } = start({ queueTimeoutMs: 200 });
    const [, , late] = ['a', 'b', 'c'].map((body) => ask(body));
    await vi.advanceTimersByTimeAsync(190);
    expect(late).toEqual({});
    await vi.advanceTimersByTimeAsync(40);
    expect(late?.error).toMatchObject({ code: 'SUBGRAPH_OVERLOADED' });
    expect(turns.line.length).toBe(0);
  });

  it('does not send what could not be answered in the time that it has left', async () => {
    const { ask, answerNext, sent } = start();
    const first = ask('a');
    await vi.advanceTimersByTimeAsync(500);
    await answerNext();
    expect(first.value).toBe('ok');
    for (const body of ['b', 'c']) ask(body);
    // Usual are 500 ms now.
    const hopeless = ask('d', new Lifetime(100));
    await vi.advanceTimersByTimeAsync(0);
    expect(hopeless.error).toMatchObject({ code: 'SUBGRAPH_OVERLOADED' });
    const inTime = ask('e', new Lifetime(600));
    const tooLate = ask('f', new Lifetime(500));
    await vi.advanceTimersByTimeAsync(300);
    await answerNext();
    await answerNext();
    expect(sent()).toEqual(['a', 'b', 'c', 'e']);
    expect(inTime.error).toBeUndefined();
    expect(tooLate.error).toMatchObject({ code: 'SUBGRAPH_OVERLOADED' });
  });

  it('takes whoever leaves out of the line, and gives the turn of a cancelled fetch on', async () => {
    const { ask, sent, turns } = start();
    const [sentOne, waiting] = [new Lifetime(Infinity), new Lifetime(Infinity)];
    const [cancelled] = [ask('a', sentOne), ask('b')];
    const left = ask('c', waiting);
    ask('d');
    waiting.end();
    sentOne.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(left.error).toBeDefined();
    expect(cancelled?.error).toBeDefined();
    expect(sent()).toEqual(['a', 'b', 'd']);
    expect([turns.limit.inFlight, turns.line.length]).toEqual([2, 0]);
  });
});
