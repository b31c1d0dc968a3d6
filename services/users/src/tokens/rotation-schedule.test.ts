import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scheduleRotation } from './rotation-schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('rotates at each interval until disposed', async () => {
  const rotate = vi.fn(async () => {});
  {
    await using _schedule = scheduleRotation({ rotate }, { everyMs: 60_000, onFailure: () => {} });
    await vi.advanceTimersByTimeAsync(180_000);
    expect(rotate).toHaveBeenCalledTimes(3);
  }
  await vi.advanceTimersByTimeAsync(180_000);
  expect(rotate).toHaveBeenCalledTimes(3);
});

it('reports a failure and goes on', async () => {
  const rotate = vi.fn(async () => {}).mockRejectedValueOnce(new Error('database away'));
  const onFailure = vi.fn();
  await using _schedule = scheduleRotation({ rotate }, { everyMs: 60_000, onFailure });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(rotate).toHaveBeenCalledTimes(2);
  expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error('database away'));
});

it('runs one rotation at a time, and waits for it when disposed', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rotate = vi.fn(() => promise);
  const schedule = scheduleRotation({ rotate }, { everyMs: 60_000, onFailure: () => {} });
  await vi.advanceTimersByTimeAsync(300_000);
  expect(rotate).toHaveBeenCalledTimes(1);

  let disposed = false;
  const disposing = Promise.resolve(schedule[Symbol.asyncDispose]()).then(() => (disposed = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(disposed).toBe(false);
  resolve();
  await disposing;
  expect(rotate).toHaveBeenCalledTimes(1);
});
