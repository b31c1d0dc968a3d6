import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import { BACKGROUND, CRITICAL, DEFAULT, type Rank } from './criticality.ts';

const LIMITS = { targetDelayMs: 30, minInFlight: 64, maxInFlight: 5_000 };
const RANKS: readonly Rank[] = [CRITICAL, DEFAULT, BACKGROUND];

interface Load {
  readonly seconds: number;
  /** Requests a second of each rank. */
  readonly rates: readonly [critical: number, byDefault: number, background: number];
  readonly limits?: typeof LIMITS;
  /** A computation of this length, once, in the middle. */
  readonly blockMs?: number;
}

const SERVE_MS = 0.5;
const REFUSE_MS = 0.02;
/** Requests a second that the loop below gets done. */
const CAPACITY = 1000 / SERVE_MS;

/** An event loop: each turn takes on what has come since the turn before. Sampled as LoadGuard does. */
function run({ seconds, rates, limits = LIMITS, blockMs = 0 }: Load) {
  const admission = new Admission(limits);
  const arrived = [0, 0, 0];
  const served = [0, 0, 0];
  const refused = [0, 0, 0];
  const turnsMs: number[] = [];
  let changes = 0;
  let wasShedding = false;
  let nowMs = 0;
  let sampledMs = 0;
  let adjustedMs = 0;
  let idleMs = 0;
  let blockLeftMs = blockMs;
  while (nowMs < seconds * 1000) {
    const startedMs = nowMs;
    if (nowMs >= sampledMs + 10) {
      admission.sample(nowMs - sampledMs - 10);
      sampledMs = nowMs;
      if (admission.samples >= 2 && nowMs - adjustedMs >= 100) {
        admission.adjust(nowMs - adjustedMs, idleMs);
        adjustedMs = nowMs;
        idleMs = 0;
        if (admission.isShedding !== wasShedding) changes++;
        wasShedding = admission.isShedding;
      }
    }
    if (blockLeftMs > 0 && nowMs > seconds * 500) {
      nowMs += blockLeftMs;
      blockLeftMs = 0;
    }
    let entered = 0;
    for (const rank of RANKS) {
      const due = Math.floor((startedMs / 1000) * rates[rank]);
      for (; (arrived[rank] as number) < due; (arrived[rank] as number)++) {
        const waitedMs = Math.max(0, nowMs - sampledMs - 10);
        const isIn = admission.enter(rank, waitedMs) === undefined;
        nowMs += isIn ? SERVE_MS : REFUSE_MS;
        const counts = isIn ? served : refused;
        counts[rank] = (counts[rank] as number) + 1;
        if (isIn) entered++;
      }
    }
    for (; entered > 0; entered--) admission.leave();
    if (nowMs < startedMs + 0.1) {
      idleMs += startedMs + 0.1 - nowMs;
      nowMs = startedMs + 0.1;
    }
    turnsMs.push(nowMs - startedMs);
  }
  const perSecond = (counts: readonly number[]) => counts.map((count) => count / seconds);
  return { served: perSecond(served), refused, turnsMs, changes, admission };
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

function longestTurn(turnsMs: readonly number[], fromMs: number): number {
  let nowMs = 0;
  let longestMs = 0;
  for (const turnMs of turnsMs) {
    nowMs += turnMs;
    if (nowMs > fromMs) longestMs = Math.max(longestMs, turnMs);
  }
  return longestMs;
}

describe('what is let in', () => {
  it('is everything while the event loop keeps up', () => {
    expect(run({ seconds: 5, rates: [0, CAPACITY * 0.9, 0] }).refused).toEqual([0, 0, 0]);
  });

  it('is everything although one computation blocks the event loop for a while', () => {
    expect(run({ seconds: 5, rates: [0, CAPACITY * 0.5, 0], blockMs: 400 }).refused).toEqual([0, 0, 0]);
  });

  it.each([1.2, 2, 3, 10])('is nine tenths and more of what can be served, at %f times the load', (times) => {
    const { served, turnsMs } = run({ seconds: 20, rates: [0, CAPACITY * times, 0] });
    const refusing = Math.max(0, (times - 1) * CAPACITY * REFUSE_MS) / 1000;
    expect(sum(served)).toBeGreaterThan(CAPACITY * (1 - refusing) * 0.9);
    expect(longestTurn(turnsMs, 0)).toBeLessThan(400);
    expect(longestTurn(turnsMs, 3_000)).toBeLessThan(2.5 * LIMITS.targetDelayMs);
  });

  it('is what matters most, and all of it as long as that fits', () => {
    const third = CAPACITY * 0.5;
    const { served, refused } = run({ seconds: 20, rates: [third, third, third] });
    expect(refused[CRITICAL]).toBe(0);
    expect((refused[DEFAULT] as number) / 20 / third).toBeLessThan(0.25);
    expect((served[BACKGROUND] as number) / third).toBeLessThan(0.15);
  });

  it('does not flap between refusing and not refusing', () => {
    expect(run({ seconds: 20, rates: [0, CAPACITY * 2, 0] }).changes).toBe(1);
    expect(run({ seconds: 20, rates: [0, CAPACITY * 1.05, 0] }).changes).toBeLessThanOrEqual(3);
  });

  it('is everything where few are in flight: others make the event loop late', () => {
    const admission = new Admission(LIMITS);
    for (let second = 0; second < 10; second++) {
      for (let count = 0; count < 63; count++) expect(admission.enter(BACKGROUND, 0)).toBeUndefined();
      admission.sample(500);
      admission.adjust(1000, 0);
      for (let count = 0; count < 63; count++) admission.leave();
    }
    expect(admission.isShedding).toBe(false);
  });

  it('is less where the work comes in waves, with short turns between the long ones', () => {
    const admission = new Admission(LIMITS);
    for (let count = 0; count < 500; count++) admission.enter(DEFAULT, 0);
    for (let wave = 0; wave < 10; wave++) {
      admission.sample(300);
      admission.sample(0);
      admission.adjust(320, 0);
    }
    expect(admission.isShedding).toBe(true);
  });

  it('is everything while such waves leave the event loop time', () => {
    const admission = new Admission(LIMITS);
    for (let count = 0; count < 500; count++) admission.enter(DEFAULT, 0);
    for (let wave = 0; wave < 10; wave++) {
      admission.sample(300);
      admission.sample(0);
      admission.adjust(320, 15);
    }
    expect(admission.isShedding).toBe(false);
  });

  it('is everything while a single stall meets a line that nobody waits in for too long, and less when it goes on', () => {
    const admission = new Admission(LIMITS);
    for (let count = 0; count < 500; count++) admission.enter(DEFAULT, 0);
    const late = () => {
      admission.sample(60);
      admission.sample(60);
      admission.adjust(140, 0, true);
      return admission.isShedding;
    };
    const early = () => {
      admission.sample(5);
      admission.adjust(100, 0, true);
      return admission.isShedding;
    };
    expect([late(), early(), late(), early()]).toEqual([false, false, false, false]);
    expect([late(), late()]).toEqual([false, true]);
  });

  it('is everything again soon after the load is gone', () => {
    const { admission } = run({ seconds: 5, rates: [0, CAPACITY * 3, 0] });
    expect(admission.isShedding).toBe(true);
    for (let interval = 0; interval < 10; interval++) {
      admission.sample(0);
      admission.adjust(100, 100);
    }
    expect(admission.isShedding).toBe(false);
    for (const rank of RANKS) {
      for (let each = 0; each < 100; each++) expect(admission.enter(rank, 0)).toBeUndefined();
    }
  });
});

it('keeps the last places in flight for requests that matter more', () => {
  const admission = new Admission({ ...LIMITS, maxInFlight: 10 });
  const enter = (rank: Rank) => Array.from({ length: 20 }, () => admission.enter(rank, 0));
  const admitted = (rank: Rank) => enter(rank).filter((reason) => reason === undefined).length;
  expect([admitted(BACKGROUND), admitted(DEFAULT), admitted(CRITICAL)]).toEqual([7, 2, 1]);
  expect(admission.enter(CRITICAL, 0)).toBe('in_flight');
  admission.leave();
  expect(admission.enter(BACKGROUND, 0)).toBe('in_flight');
  expect(admission.enter(CRITICAL, 0)).toBeUndefined();
});
