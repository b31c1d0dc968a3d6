import { describe, expect, it } from 'vitest';
import { Silence } from './silence.ts';

const settings = { silentMs: 1_000, minFetches: 20, windowMs: 10_000 };

/** Sends every 10 ms from a time on, and tells when it is found silent. */
function silentAfter(
  silence: Silence,
  fromMs: number,
  { everyMs = 10, untilMs = 60_000 } = {},
): number | undefined {
  for (let nowMs = fromMs; nowMs <= fromMs + untilMs; nowMs += everyMs) {
    if (silence.lasts(nowMs)) return nowMs - fromMs;
    silence.sent(nowMs);
  }
  return undefined;
}

function answering(tookMs = 5): Silence {
  const silence = new Silence(settings);
  silence.sent(0);
  silence.answered(tookMs, tookMs);
  return silence;
}

describe('Silence', () => {
  it('is found when twenty have waited for a second and nothing has come back', () => {
    expect(silentAfter(answering(), 100)).toBe(1_190);
  });

  it('is found later where answers are slow, and as soon as ever when they have been fast for a while', () => {
    const silence = answering(1_500);
    expect(silentAfter(silence, 2_000)).toBe(4_690);
    for (const nowMs of [12_000, 23_000, 34_000]) silence.answered(5, nowMs);
    expect(silentAfter(silence, 40_000)).toBe(1_190);
  });

  it('is none where anything comes back, a refusal too', () => {
    const silence = answering();
    for (let nowMs = 100; nowMs < 20_000; nowMs += 10) {
      expect(silence.lasts(nowMs)).toBe(false);
      silence.sent(nowMs);
      if (nowMs % 500 === 0) silence.heard();
    }
  });

  it('needs enough fetches', () => {
    expect(silentAfter(answering(), 100, { everyMs: 400 })).toBe(19 * 400 + 1_200);
  });

  it('is none after a pause, of the traffic or of this process', () => {
    const silence = answering();
    for (let each = 0; each < 50; each++) silence.sent(100);
    expect(silence.lasts(5_000)).toBe(false);
    silence.sent(5_000);
    expect(silence.lasts(5_010)).toBe(false);
    expect(silentAfter(silence, 5_020)).toBe(1_180);
  });

  it('is none of callers that leave before anyone could have answered', () => {
    const silence = answering();
    const sent: number[] = [];
    for (let nowMs = 100; nowMs < 20_000; nowMs += 5) {
      expect(silence.lasts(nowMs)).toBe(false);
      silence.sent(nowMs);
      sent.push(nowMs);
      if (sent.length > 40) silence.left(sent.shift() as number);
    }
  });

  it('is none of what has never answered, nor where it is turned off', () => {
    expect(silentAfter(new Silence(settings), 0)).toBeUndefined();
    const off = new Silence({ ...settings, silentMs: 0 });
    off.answered(1, 1);
    expect(silentAfter(off, 10)).toBeUndefined();
  });
});
