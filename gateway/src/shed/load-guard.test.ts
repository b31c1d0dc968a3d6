import { setImmediate as nextTurn } from 'node:timers/promises';
import { testTelemetry } from '@tributary/telemetry/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OverloadPolicy, parsePolicy } from '../configuration/index.ts';
import { LoadGuard, type Refusal } from './load-guard.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const BACKGROUND = { headers: { 'x-request-criticality': 'background' } };
const DEFAULT = { headers: {} };

function start(knobs = '') {
  const telemetry = testTelemetry('gateway');
  const policyOf = (text: string) => parsePolicy(`overload: { minInFlight: 30, ${text} }`, 'p').overload;
  let policy: OverloadPolicy = policyOf(knobs);
  let idleMs = 0;
  const guard = new LoadGuard({ ...telemetry, policy: () => policy, idleClock: () => idleMs });
  let nowMs = performance.now();
  return Object.assign(guard, {
    logs: telemetry.logs,
    metrics: () => telemetry.registry.metrics(),
    change: (text: string) => {
      policy = policyOf(text);
    },
    enterNow: (head = DEFAULT) => guard.enter(head, nowMs),
    /** The event loop turns for so long, each time late by so much, with so many requests in each turn. */
    turn(ms: number, { lateMs = 0, requests = 0, head = DEFAULT } = {}) {
      let refused = 0;
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 10 + lateMs;
        if (lateMs < 30) idleMs += 5;
        guard.sample(nowMs);
        let entered = 0;
        for (let count = 0; count < requests; count++) {
          if (guard.enter(head, nowMs) === undefined) entered++;
          else refused++;
        }
        for (; entered > 0; entered--) guard.leave();
      }
      return refused;
    },
  });
}

/** Three times what gets done. */
const FLOOD = { lateMs: 90, requests: 100 };
const CALM = { requests: 1 };

describe('the load guard', () => {
  it('lets everything in while the event loop keeps up', async () => {
    using guard = start();
    expect(guard.turn(5_000, { lateMs: 20, requests: 100 })).toBe(0);
    expect(guard.logs.lines).toEqual([]);
    expect(await guard.metrics()).toContain(
      'gateway_admitted_share{criticality="default",service="gateway"} 1',
    );
  });

  it('refuses for as long as the event loop is late, and tells clients to come back at different times', () => {
    using guard = start('retryAfterSeconds: 10');
    expect(guard.turn(2_000, FLOOD)).toBeGreaterThan(100);
    const waits = new Set<number | undefined>();
    for (let count = 0; count < 1000; count++) {
      const refusal = guard.enterNow();
      if (refusal === undefined) guard.leave();
      else waits.add(refusal.retryAfterSeconds);
    }
    expect([...waits].sort((one, other) => Number(one) - Number(other))).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
  });

  it('says in the log when it begins and when it is over, once each, however often it lets everything in between', () => {
    using guard = start();
    for (let round = 0; round < 5; round++) {
      guard.turn(1_000, FLOOD);
      guard.turn(3_000, CALM);
    }
    guard.turn(10_000, CALM);
    expect(guard.logs.lines).toMatchObject([
      { level: 'warn', msg: 'too much to do: refuses requests', eventLoopDelayMs: 90 },
      { level: 'info', msg: 'serves all requests again', refused: { critical: 0, background: 0 } },
    ]);
    const [, over] = guard.logs.lines as { refused: { default: number }; durationMs: number }[];
    expect(over?.refused.default).toBeGreaterThan(100);
    expect(over?.durationMs).toBeGreaterThan(15_000);
  });

  it('counts what it refuses, by how much it mattered and why', async () => {
    using guard = start();
    const refused = guard.turn(2_000, { ...FLOOD, head: BACKGROUND });
    expect(await guard.metrics()).toMatch(
      /gateway_requests_shed_total\{criticality="background",reason="event_loop",service="gateway"\} \d\d\d/,
    );
    expect(await guard.metrics()).toContain('gateway_event_loop_delay_seconds{service="gateway"} 0.09');
    expect(refused).toBeGreaterThan(100);
  });

  it('has no more in flight than it may', () => {
    using guard = start('maxInFlight: 10');
    const answers = Array.from({ length: 20 }, () => guard.enterNow());
    expect(answers.filter((refusal) => refusal === undefined)).toHaveLength(9);
    expect(guard.inFlight).toBe(9);
  });

  it('refuses who has waited too long to begin, and forgets them', async () => {
    using guard = start('retryAfterSeconds: 2');
    let begun = 0;
    let entered = 0;
    const refusals: Refusal[] = [];
    for (let turn = 0; turn < 40; turn++) {
      const nowMs = performance.now();
      for (let each = 0; each < 50; each++) {
        if (guard.enter(DEFAULT, nowMs) !== undefined) continue;
        entered++;
        guard.begin(
          DEFAULT,
          () => begun++,
          (refusal) => refusals.push(refusal),
          nowMs,
        );
      }
      vi.advanceTimersByTime(5);
      await nextTurn();
    }
    expect(refusals.length).toBeGreaterThan(100);
    expect(refusals.every(({ retryAfterSeconds }) => [2, 3, 4].includes(retryAfterSeconds))).toBe(true);
    // The others are begun, or wait still.
    expect(guard.inFlight).toBe(entered - refusals.length);
    expect(begun).toBeGreaterThan(64);
    vi.advanceTimersByTime(200);
    expect(await guard.metrics()).toMatch(
      /gateway_requests_shed_total\{criticality="default",reason="event_loop",service="gateway"\} \d\d\d/,
    );
  });

  it('is overloaded once it has refused more than background requests for long, until it is calm', () => {
    using guard = start('unreadyAfterMs: 10000');
    guard.turn(20_000, { ...FLOOD, head: BACKGROUND });
    expect(guard.isOverloaded).toBe(false);
    guard.turn(9_000, FLOOD);
    expect(guard.isOverloaded).toBe(false);
    guard.turn(3_000, FLOOD);
    expect(guard.isOverloaded).toBe(true);
    guard.turn(3_000, CALM);
    expect(guard.isOverloaded).toBe(true);
    guard.turn(5_000, CALM);
    expect(guard.isOverloaded).toBe(false);
  });

  it.each(['unreadyAfterMs: 0', 'enabled: false'])('is never overloaded with %s', (knob) => {
    using guard = start(knob);
    const refused = guard.turn(60_000, FLOOD);
    expect([guard.isOverloaded, refused > 0]).toEqual([false, knob !== 'enabled: false']);
  });

  it('follows a change of the policy', () => {
    using guard = start('enabled: false');
    expect(guard.turn(2_000, FLOOD)).toBe(0);
    guard.change('enabled: true');
    expect(guard.turn(2_000, FLOOD)).toBeGreaterThan(100);
  });

  it('watches nothing while there is nothing to do', () => {
    using guard = start();
    expect(vi.getTimerCount()).toBe(0);
    guard.turn(500, CALM);
    expect(vi.getTimerCount()).toBe(1);
    guard.turn(500);
    expect(vi.getTimerCount()).toBe(0);
  });
});
