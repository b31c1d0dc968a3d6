import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Lifetime } from './lifetime.ts';

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

function listener() {
  return { lifetimeEnded: vi.fn() };
}

describe('a lifetime', () => {
  it('ends with a TimeoutError when its time is used up, never before, and at most two ticks later', () => {
    for (const timeoutMs of [1, 9, 10, 11, 250, 9_999, 30_000, 123_456]) {
      const lifetime = new Lifetime(timeoutMs);
      vi.advanceTimersByTime(timeoutMs - 1);
      expect(lifetime.hasEnded, `${timeoutMs} ms`).toBe(false);
      vi.advanceTimersByTime(21);
      expect(lifetime.reason, `${timeoutMs} ms`).toMatchObject({ name: 'TimeoutError' });
    }
  });

  it('tells each of its listeners once, but not those that were removed', () => {
    const lifetime = new Lifetime(100);
    const [first, removed, last] = [listener(), listener(), listener()];
    for (const each of [first, removed, last]) lifetime.add(each);
    lifetime.remove(removed);
    lifetime.end('enough');
    lifetime.end('again');
    vi.advanceTimersByTime(1_000);
    expect(first.lifetimeEnded.mock.calls).toEqual([['enough']]);
    expect(last.lifetimeEnded.mock.calls).toEqual([['enough']]);
    expect(removed.lifetimeEnded).not.toHaveBeenCalled();
  });

  it('tells nobody anything once it is complete', () => {
    const other = listener();
    {
      using lifetime = new Lifetime(100);
      lifetime.add(other);
    }
    vi.advanceTimersByTime(1_000);
    expect(other.lifetimeEnded).not.toHaveBeenCalled();
  });

  it('without an end of its own never ends by itself', () => {
    const lifetime = new Lifetime(Infinity);
    vi.advanceTimersByTime(10_000_000);
    expect(lifetime.hasEnded).toBe(false);
    expect(lifetime.remainingMs).toBe(Infinity);
  });

  it('gives a signal to those who want one, aborted already if it has ended', () => {
    const lifetime = new Lifetime(50);
    const { signal } = lifetime;
    vi.advanceTimersByTime(70);
    expect(signal.reason).toBe(lifetime.reason);
    const ended = new Lifetime(50);
    ended.end('over');
    expect(ended.signal).toMatchObject({ aborted: true, reason: 'over' });
  });
});

describe('a lifetime within another', () => {
  it('ends with it, for its reason', () => {
    const parent = new Lifetime(10_000);
    const children = [new Lifetime(5_000, parent), new Lifetime(50_000, parent)];
    parent.end('the client left');
    expect(children.map(({ reason }) => reason)).toEqual(['the client left', 'the client left']);
    expect(new Lifetime(1, parent).reason).toBe('the client left');
  });

  it('has no more time than is left there', () => {
    const parent = new Lifetime(100);
    vi.advanceTimersByTime(60);
    const child = new Lifetime(1_000, parent);
    expect(child.remainingMs).toBeCloseTo(40);
    vi.advanceTimersByTime(70);
    expect(child.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('ends or completes without touching it', () => {
    const parent = new Lifetime(1_000);
    const short = new Lifetime(10, parent);
    new Lifetime(10, parent).complete();
    vi.advanceTimersByTime(40);
    expect([short.hasEnded, parent.hasEnded]).toEqual([true, false]);
  });

  it('may be ended by the end of another one that falls due at the same moment', () => {
    const a = new Lifetime(100);
    const b = new Lifetime(100);
    const late = new Lifetime(100);
    a.add({ lifetimeEnded: () => b.end('a did') });
    b.add({ lifetimeEnded: () => a.end('b did') });
    vi.advanceTimersByTime(130);
    expect([a, b, late].map(({ hasEnded }) => hasEnded)).toEqual([true, true, true]);
    const next = new Lifetime(10);
    vi.advanceTimersByTime(40);
    expect(next.hasEnded).toBe(true);
  });
});

it('thousands of lifetimes, begun and completed in any order, leave the others as they are', () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const kept: Lifetime[] = [];
  const running: Lifetime[] = [];
  for (let round = 0; round < 200; round++) {
    for (let count = 0; count < 20; count++) running.push(new Lifetime(20_000 + random() * 10_000));
    running.sort(() => random() - 0.5);
    for (const lifetime of running.splice(0, 15)) lifetime.complete();
    const survivor = running.pop();
    if (survivor) kept.push(survivor);
    vi.advanceTimersByTime(random() * 50);
  }
  expect(kept.some(({ hasEnded }) => hasEnded)).toBe(false);
  vi.advanceTimersByTime(40_000);
  expect(kept.every(({ hasEnded }) => hasEnded)).toBe(true);
  expect(running.every(({ hasEnded }) => hasEnded)).toBe(true);
});
