import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCheckpointer } from './checkpointer.ts';

const MEGABYTE = 1024 * 1024;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('checkpoints once the client has paused for a second after enough writes', async () => {
  const checkpoint = vi.fn(async () => true);
  using checkpointer = createCheckpointer(checkpoint);
  checkpointer.received(MEGABYTE);
  await vi.advanceTimersByTimeAsync(900);
  checkpointer.received(1);
  await vi.advanceTimersByTimeAsync(900);
  expect(checkpoint).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(checkpoint).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checkpoint).toHaveBeenCalledTimes(1);
});

it('leaves an idle database alone when little was written', async () => {
  const checkpoint = vi.fn(async () => true);
  using checkpointer = createCheckpointer(checkpoint);
  checkpointer.received(MEGABYTE / 2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checkpoint).not.toHaveBeenCalled();
  checkpointer.received(MEGABYTE / 2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(checkpoint).toHaveBeenCalledTimes(1);
});

it('does not wait for a pause when very much was written', async () => {
  const checkpoint = vi.fn(async () => true);
  using checkpointer = createCheckpointer(checkpoint);
  for (let megabyte = 0; megabyte < 64; megabyte += 1) {
    checkpointer.received(MEGABYTE);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(checkpoint).toHaveBeenCalledTimes(2);
});

it('asks again when it could not be done', async () => {
  const checkpoint = vi.fn(async () => true).mockResolvedValueOnce(false);
  using checkpointer = createCheckpointer(checkpoint);
  checkpointer.received(MEGABYTE);
  await vi.advanceTimersByTimeAsync(1_000);
  checkpointer.received(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(checkpoint).toHaveBeenCalledTimes(2);
});
