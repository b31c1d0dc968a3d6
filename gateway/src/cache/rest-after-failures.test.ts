import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RestAfterFailures } from './rest-after-failures.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const OPTIONS = { failures: 2, firstRestMs: 100, longestRestMs: 300 };

it('lets one try after a rest, which doubles up to a longest one', () => {
  const rest = new RestAfterFailures(OPTIONS);
  rest.failed();
  expect(rest.mayTry()).toBe(true);
  rest.failed();
  for (const restMs of [100, 200, 300, 300]) {
    vi.advanceTimersByTime(restMs - 1);
    expect(rest.mayTry()).toBe(false);
    vi.advanceTimersByTime(1);
    expect([rest.mayTry(), rest.mayTry()]).toEqual([true, false]);
    rest.failed();
  }
});

it('forgets everything with the first success', () => {
  const rest = new RestAfterFailures(OPTIONS);
  for (let i = 0; i < 5; i++) rest.failed();
  rest.succeeded();
  rest.failed();
  expect(rest.mayTry()).toBe(true);
  rest.failed();
  vi.advanceTimersByTime(100);
  expect(rest.mayTry()).toBe(true);
});
