import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeadline, currentDeadline, runWithin } from './index.ts';

describe('a deadline', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('ends when its time is used up, with a coded error', () => {
    using deadline = createDeadline(100);
    vi.advanceTimersByTime(99);
    expect([deadline.end, deadline.remainingMs, deadline.signal.aborted]).toEqual([undefined, 1, false]);
    expect(() => deadline.throwIfEnded()).not.toThrow();

    vi.advanceTimersByTime(1);
    expect([deadline.end, deadline.remainingMs]).toEqual(['deadline', 0]);
    expect(deadline.signal.reason).toMatchObject({ code: 'SERVICE_TIMEOUT' });
    expect(() => deadline.throwIfEnded()).toThrow(expect.objectContaining({ code: 'SERVICE_TIMEOUT' }));
  });

  it('ends when the caller goes, and only once', () => {
    using deadline = createDeadline(100);
    deadline.disconnect();
    vi.advanceTimersByTime(1_000);
    expect(deadline.end).toBe('disconnect');
    expect(deadline.signal.reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  it('never ends after its work is complete', () => {
    const deadline = createDeadline(100);
    deadline[Symbol.dispose]();
    vi.advanceTimersByTime(1_000);
    deadline.disconnect();
    expect([deadline.end, deadline.signal.aborted, vi.getTimerCount()]).toEqual([undefined, false, 0]);
  });

  it('of no time has ended from the start', () => {
    using deadline = createDeadline(0);
    expect([deadline.end, deadline.signal.aborted]).toEqual(['deadline', true]);
  });

  it('without a budget, or with one beyond what a timer can hold, waits for the caller alone', () => {
    for (const budgetMs of [undefined, 2 ** 31, 1e15]) {
      using deadline = createDeadline(budgetMs);
      vi.advanceTimersByTime(10_000);
      expect([deadline.end, vi.getTimerCount()]).toEqual([undefined, 0]);
    }
  });

  it('throws a new error each time: what extends the stack of one leaves the others alone', () => {
    using deadline = createDeadline(0);
    const thrown = () => {
      try {
        return deadline.throwIfEnded();
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).not.toBe(thrown());
  });
});

describe('the current deadline', () => {
  it('is that of the request, across awaits and in parallel', async () => {
    const seen = await Promise.all(
      [createDeadline(), createDeadline()].map((deadline) =>
        runWithin(deadline, async () => {
          await pause(1);
          return currentDeadline() === deadline;
        }),
      ),
    );
    expect(seen).toEqual([true, true]);
  });

  it('is none outside a request, and for what is told to outlive one', () => {
    expect(currentDeadline()).toBeUndefined();
    runWithin(createDeadline(), () => {
      runWithin(undefined, () => expect(currentDeadline()).toBeUndefined());
    });
  });
});
