import { expect, it } from 'vitest';
import { freeBuffer } from './free-buffer.ts';

it("gives back memory that is the buffer's own, once", () => {
  const buffer = Buffer.alloc(100_000, 1);
  const before = process.memoryUsage().arrayBuffers;
  freeBuffer(buffer);
  freeBuffer(buffer);
  expect(buffer).toHaveLength(0);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(100_000);
});

it('leaves alone what is part of something larger', () => {
  const pooled = Buffer.from('text');
  const whole = Buffer.alloc(100_000, 1);
  for (const buffer of [pooled, whole.subarray(1)]) freeBuffer(buffer);
  expect(pooled.toString()).toBe('text');
  expect(whole.every((byte) => byte === 1)).toBe(true);
});
