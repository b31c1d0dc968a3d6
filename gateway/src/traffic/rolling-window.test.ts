import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RollingWindow } from './rolling-window.ts';

it('counts what is younger than its time, to a tenth of it, whatever the pauses', () => {
  const event = fc.record({ pauseMs: fc.integer({ min: 0, max: 2_500 }), isFailure: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const window = new RollingWindow(1_000);
      let nowMs = 12_345;
      const past: { atMs: number; isFailure: boolean }[] = [];
      for (const { pauseMs, isFailure } of events) {
        nowMs += pauseMs;
        window.add(isFailure, nowMs);
        past.push({ atMs: nowMs, isFailure });
        const counted = past.filter(({ atMs }) => Math.floor(atMs / 100) > Math.floor(nowMs / 100) - 10);
        expect(window.total(nowMs)).toBe(counted.length);
        expect(window.failed(nowMs)).toBe(counted.filter((each) => each.isFailure).length);
      }
    }),
  );
});
