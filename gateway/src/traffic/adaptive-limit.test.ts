import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';

interface Simulation {
  /** How long a fetch takes among that many. */
  readonly latencyMs: (inFlight: number, target: string) => number;
  readonly wanted: number;
  readonly targetOf?: () => string;
  /** How long each answer waits for the gateway itself. */
  readonly ownMs?: number;
}

/** As many at once as are wanted and allowed, in steps of a millisecond. */
function simulate(
  limit: AdaptiveLimit,
  forMs: number,
  { latencyMs, wanted, targetOf, ownMs = 0 }: Simulation,
  fromMs = 1,
) {
  const running: { startedMs: number; endsMs: number; inFlight: number; target: string }[] = [];
  let answered = 0;
  for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs++) {
    for (let index = running.length - 1; index >= 0; index--) {
      const each = running[index];
      if (each === undefined || each.endsMs > nowMs) continue;
      running.splice(index, 1);
      limit.answered(each.target, each.inFlight, each.startedMs, nowMs, ownMs);
      limit.end();
      answered++;
    }
    while (running.length < wanted && limit.hasRoom) {
      const inFlight = limit.begin();
      const target = targetOf?.() ?? 'User';
      const takesMs = ownMs + Math.max(1, latencyMs(inFlight, target));
      running.push({
        startedMs: nowMs,
        endsMs: nowMs + takesMs,
        inFlight,
        target,
      });
    }
  }
  for (const _ of running) limit.end();
  return answered;
}

/** A server that works on `parallel` at once, 20 ms each; the others wait in front of it. */
const serverOf = (parallel: number) => (inFlight: number) => 20 * Math.max(1, inFlight / parallel);

describe('an adaptive limit', () => {
  it('grows to what is wanted while the latency stays', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    simulate(limit, 10_000, { latencyMs: () => 20, wanted: 400 });
    expect(limit.value).toBeGreaterThanOrEqual(400);
  });

  it('settles near what the server works on at once, whatever is wanted, and loses nothing by it', () => {
    for (const parallel of [10, 40, 150]) {
      const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
      simulate(limit, 30_000, { latencyMs: serverOf(parallel), wanted: 2_000 });
      const answered = simulate(limit, 10_000, { latencyMs: serverOf(parallel), wanted: 2_000 }, 30_001);
      expect(limit.value, `${parallel}`).toBeLessThan(parallel * 4);
      expect(answered, `${parallel}`).toBeGreaterThan(0.9 * parallel * 500);
    }
  });

  it('follows a server that becomes slower for its load, and one that recovers', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    const wanted = 1_000;
    simulate(limit, 20_000, { latencyMs: serverOf(100), wanted });
    simulate(limit, 20_000, { latencyMs: serverOf(10), wanted }, 20_001);
    expect(limit.value).toBeLessThan(60);
    simulate(limit, 30_000, { latencyMs: serverOf(100), wanted }, 40_001);
    expect(limit.value).toBeGreaterThan(70);
  });

  it('does not take a busy gateway for a slow subgraph', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    const wanted = 300;
    simulate(limit, 10_000, { latencyMs: () => 2, wanted });
    simulate(limit, 20_000, { latencyMs: () => 2, wanted, ownMs: 100 }, 10_001);
    expect(limit.value).toBeGreaterThanOrEqual(300);
    simulate(limit, 20_000, { latencyMs: serverOf(10), wanted: 1_000, ownMs: 100 }, 30_001);
    expect(limit.value).toBeLessThan(150);
  });

  it('lets more be in flight while they wait for the gateway, which is nothing to the subgraph', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    simulate(limit, 10_000, { latencyMs: serverOf(10), wanted: 500 });
    const before = limit.value;
    let [calm, busy] = [0, 0];
    for (; limit.hasRoom; calm++) limit.begin();
    for (let each = 0; each < calm; each++) limit.end();
    simulate(limit, 1_000, { latencyMs: serverOf(10), wanted: 20, ownMs: 200 }, 10_001);
    for (; limit.hasRoom; busy++) limit.begin();
    expect(calm).toBe(before);
    expect(busy).toBeGreaterThan(3 * before);
    expect(busy).toBeLessThanOrEqual(1_000);
  });

  it('does not take heavier questions for a queue', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    const wanted = 60;
    simulate(limit, 5_000, { latencyMs: () => 2, wanted });
    simulate(limit, 5_000, { latencyMs: () => 200, wanted }, 5_001);
    expect(limit.value).toBeGreaterThanOrEqual(60);
  });

  it('does not take a mix of light and heavy targets for a queue', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
    const random = fc.sample(fc.boolean(), 10_000);
    let at = 0;
    simulate(limit, 10_000, {
      wanted: 60,
      targetOf: () => (random[at++ % random.length] ? 'Light' : 'Heavy'),
      latencyMs: (_, target) => (target === 'Light' ? 1 : 60),
    });
    expect(limit.value).toBeGreaterThanOrEqual(60);
  });

  it('shrinks while the subgraph refuses most, and stands stray refusals', () => {
    const drive = (share: number) => {
      const limit = new AdaptiveLimit({ min: 4, max: 1_000 });
      for (let nowMs = 1; nowMs < 20_000; nowMs++) {
        while (limit.hasRoom) limit.begin();
        for (let each = 0; each < 20; each++) {
          const [startedMs, endMs] = [nowMs, nowMs + 1];
          if ((nowMs * 20 + each) % 100 < share) limit.dropped(startedMs, endMs);
          else limit.answered('User', 1, startedMs, endMs);
          limit.end();
          limit.begin();
        }
      }
      return limit.value;
    };
    expect(drive(60)).toBeLessThan(30);
    // A quarter of it while it looks at fewer.
    expect(drive(1)).toBeGreaterThanOrEqual(250);
  });

  it('never leaves its bounds, whatever happens', () => {
    const event = fc.record({
      kind: fc.constantFrom('answered', 'dropped', 'timedOut'),
      tookMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      pauseMs: fc.integer({ min: 0, max: 200 }),
      inFlight: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(event, { minLength: 200, maxLength: 1_500 }),
        (min, max, events) => {
          const limit = new AdaptiveLimit({ min, max });
          let nowMs = 10_000;
          for (const { kind, tookMs, pauseMs, inFlight } of events) {
            nowMs += pauseMs;
            for (let each = 0; each < inFlight; each++) limit.begin();
            if (kind === 'answered') limit.answered('User', inFlight, nowMs - tookMs, nowMs);
            else if (kind === 'dropped') limit.dropped(nowMs - tookMs, nowMs);
            else limit.timedOut('User', nowMs - tookMs, nowMs);
            for (let each = 0; each < inFlight; each++) limit.end();
            expect(limit.value).toBeGreaterThanOrEqual(Math.min(min, max));
            expect(limit.value).toBeLessThanOrEqual(max);
            expect(limit.inFlight).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
