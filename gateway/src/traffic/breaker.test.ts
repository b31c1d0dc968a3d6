import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { Lifetime } from '../subgraph/lifetime.ts';
import type { SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { withBreaker } from './breaker.ts';
import type { Circuit } from './circuit.ts';
import { Circuits } from './circuits.ts';
import { answer, connectionFailure, createFetch, later, sendBy } from './testing/fetches.ts';
import { createScriptedSender, type Deed, type SentFetch } from './testing/scripted-sender.ts';

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

const settings = { ...DEFAULT_POLICY.traffic.breaker, minFetches: 10, openMs: 5_000, probes: 2 };

function start(act: (request: SentFetch) => Deed) {
  const changes: string[] = [];
  const circuits = new Circuits(settings, ({ target, state }: Circuit) => changes.push(`${target} ${state}`));
  const subgraph = createScriptedSender(act);
  const sender = withBreaker(subgraph, circuits, settings);
  const ask = (overrides: Partial<SubgraphRequest<string>> = {}) =>
    sendBy(sender, createFetch(overrides)).catch((error) => error.code ?? error);
  const askOften = async (count: number, overrides: Partial<SubgraphRequest<string>> = {}) => {
    for (let each = 0; each < count; each++) await ask(overrides);
  };
  return { subgraph, sender, changes, ask, askOften };
}

describe('a breaker', () => {
  it('sends nothing more once half of the fetches have failed, and says for how long', async () => {
    const { subgraph, sender, askOften } = start(() => connectionFailure());
    await askOften(10);
    await expect(sendBy(sender, createFetch())).rejects.toMatchObject({
      code: 'SUBGRAPH_CIRCUIT_OPEN',
      message: expect.stringMatching(/Query\.me of the subgraph loyalty .* ask again in [56] s/),
      extensions: { subgraph: 'loyalty', retryable: true, retryAfterMs: expect.any(Number) },
    });
    expect(subgraph.sent).toHaveLength(10);
  });

  it('needs enough fetches to judge by', async () => {
    const { subgraph, askOften } = start(() => connectionFailure());
    await askOften(9);
    vi.advanceTimersByTime(settings.windowMs + 1_000);
    await askOften(9);
    expect(subgraph.sent).toHaveLength(18);
  });

  it('leaves alone only the root field that fails', async () => {
    const { changes, ask, askOften } = start(({ targets }) =>
      targets[0] === 'Query.slow' ? connectionFailure() : answer(),
    );
    for (let each = 0; each < 30; each++) {
      await ask();
      await askOften(5, { targets: ['Query.slow'] });
    }
    expect(changes).toEqual(['Query.slow open']);
    expect(await ask()).toBe('ok');
  });

  it('leaves the whole subgraph alone when more than one place fails', async () => {
    const { changes, ask, askOften } = start(() => connectionFailure());
    await askOften(10, { targets: ['User'] });
    await askOften(9, { targets: ['Order'] });
    await askOften(2, { targets: ['Query.me'] });
    await askOften(8, { targets: ['Query.other'] });
    expect(changes).toContain(' open');
    expect(await ask({ targets: ['Query.never'] })).toBe('SUBGRAPH_CIRCUIT_OPEN');
  });

  it('lets a few probes through after a while, and everything again when they have succeeded', async () => {
    let isWell = false;
    const { subgraph, changes, ask, askOften } = start(() =>
      isWell ? later(100, answer()) : connectionFailure(),
    );
    await askOften(10);
    vi.advanceTimersByTime(settings.openMs * 1.1 + 1);
    isWell = true;
    const probes = [ask(), ask(), ask()];
    expect(await probes[2]).toBe('SUBGRAPH_CIRCUIT_OPEN');
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(probes.slice(0, 2))).toEqual(['ok', 'ok']);
    expect(changes).toEqual(['Query.me open', 'Query.me half-open', 'Query.me closed']);
    expect(subgraph.sent).toHaveLength(12);
  });

  it('leaves it alone again when a probe fails', async () => {
    const { subgraph, changes, ask, askOften } = start(() => connectionFailure());
    await askOften(10);
    vi.advanceTimersByTime(settings.openMs * 1.1 + 1);
    await askOften(3);
    expect(await ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
    expect(subgraph.sent).toHaveLength(11);
    expect(changes).toEqual(['Query.me open', 'Query.me half-open', 'Query.me open']);
  });

  it('does not count callers that leave, nor budgets too short to say anything', async () => {
    const { subgraph, ask } = start(() => new Promise(() => {}));
    for (let each = 0; each < 20; each++) {
      const lifetime = new Lifetime(Infinity);
      const leaving = ask({ lifetime });
      lifetime.end();
      await leaving;
      const short = ask({ lifetime: new Lifetime(50) });
      await vi.advanceTimersByTimeAsync(100);
      await short;
    }
    expect(subgraph.sent).toHaveLength(40);
  });

  it('counts fetches that have waited long when their time is over', async () => {
    const { subgraph, ask } = start(() => new Promise(() => {}));
    const all = Array.from({ length: 10 }, () => ask({ lifetime: new Lifetime(1_500) }));
    await vi.advanceTimersByTimeAsync(2_000);
    await Promise.all(all);
    expect(await ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
    expect(subgraph.sent).toHaveLength(10);
  });

  describe('finds silent what used to answer', () => {
    /** Answers, then hangs: what is sent from then on is answered when `speak` is called. */
    const hanging = () => {
      const held: (() => void)[] = [];
      let hangs = false;
      const { ask, ...rest } = start(({ targets }) =>
        hangs && targets[0] !== 'Query.well'
          ? new Promise((resolve) => held.push(() => resolve(answer())))
          : answer(),
      );
      const hang = async (targets: readonly string[] = ['Query.me']) => {
        await ask({ targets });
        hangs = true;
        const waiting: Promise<unknown>[] = [];
        for (let each = 0; each <= 110; each++) {
          waiting.push(ask({ targets }));
          await vi.advanceTimersByTimeAsync(10);
        }
        return waiting;
      };
      return { ...rest, ask, hang, speak: () => held.splice(0).forEach((go) => void go()) };
    };

    it('and leaves it alone a second later, not when the first deadline is over', async () => {
      const { subgraph, sender, changes, hang } = hanging();
      await hang();
      expect(changes).toEqual([' open', 'Query.me open']);
      expect(subgraph.sent).toHaveLength(110);
      await expect(sendBy(sender, createFetch())).rejects.toMatchObject({
        code: 'SUBGRAPH_CIRCUIT_OPEN',
        message: expect.stringContaining('does not answer and is left alone'),
      });
    });

    it('and asks it again as soon as one of those that wait is answered', async () => {
      const { changes, ask, hang, speak } = hanging();
      const waiting = await hang();
      speak();
      expect(await waiting[0]).toBe('ok');
      expect(changes.slice(-2)).toEqual([' closed', 'Query.me closed']);
      const more = ask();
      await vi.advanceTimersByTimeAsync(0);
      speak();
      expect(await more).toBe('ok');
    });

    it('but not for callers that leave too soon for anyone to have answered', async () => {
      const { subgraph, changes, ask } = start(({ lifetime }) =>
        lifetime.remainingMs > 1_000
          ? answer()
          : new Promise((_, reject) => lifetime.add({ lifetimeEnded: reject })),
      );
      await ask();
      for (let each = 0; each < 300; each++) {
        void ask({ lifetime: new Lifetime(200) });
        await vi.advanceTimersByTimeAsync(10);
      }
      expect(subgraph.sent).toHaveLength(301);
      expect(changes).toEqual([]);
    });

    it('in one field alone where the others answer', async () => {
      const { changes, ask, hang } = hanging();
      const others = setInterval(() => void ask({ targets: ['Query.well'] }), 50);
      await hang();
      clearInterval(others);
      expect(changes).toEqual(['Query.me open']);
      expect(await ask({ targets: ['Query.well'] })).toBe('ok');
    });
  });

  it('does not count a refusal of the rate, which says that the subgraph is alive', async () => {
    const { subgraph, askOften } = start(() => answer('', { status: 429 }));
    await askOften(20);
    expect(subgraph.sent).toHaveLength(20);
  });

  it('counts answers without data whose errors are the fault of the server', async () => {
    const { subgraph, ask, askOften } = start(() => answer());
    await askOften(20, { read: () => ({ value: '', errorCount: 1, isServerFault: false }) });
    expect(await ask()).toBe('ok');
    await askOften(30, { read: () => ({ value: '', errorCount: 1, isServerFault: true }) });
    expect(await ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
    expect(subgraph.sent.length).toBeLessThan(45);
  });

  it('counts answers that cannot be read', async () => {
    const { ask, askOften } = start(() => answer());
    const read = () => {
      throw new Error('not GraphQL');
    };
    await askOften(10, { read });
    expect(await ask()).toBe('SUBGRAPH_CIRCUIT_OPEN');
  });
});
