import { describe, expect, it } from 'vitest';
import { currentAndLater, type KeyTimes, planRotation, signingKeyAt, toKeyPolicy } from './key-schedule.ts';

const DAY_S = 86_400;
const policy = toKeyPolicy(30 * DAY_S, 900);

describe('planRotation', () => {
  it('lets the very first key sign at once', () => {
    expect(planRotation([], policy, at(0))).toEqual({ create: { signsFrom: at(0) }, remove: [] });
  });

  it('has nothing to do while the newest key is young', () => {
    expect(planRotation([key('a', 0)], policy, at(30 * DAY_S - 601))).toEqual({ remove: [] });
  });

  it('publishes the next key a lead before it signs', () => {
    expect(planRotation([key('a', 0)], policy, at(30 * DAY_S - 600))).toEqual({
      create: { signsFrom: at(30 * DAY_S) },
      remove: [],
    });
  });

  it('keeps the lead after having slept through the due time', () => {
    const { create } = planRotation([key('a', 0)], policy, at(90 * DAY_S));
    expect(create).toEqual({ signsFrom: at(90 * DAY_S + 600) });
  });

  it('has nothing to do right after its plan was carried out', () => {
    const keys = [key('a', 0), key('b', 30 * DAY_S)];
    expect(planRotation(keys, policy, at(30 * DAY_S - 600))).toEqual({ remove: [] });
  });

  it('removes a key only when its last token has expired and the lead has passed', () => {
    const keys = [key('a', 0), key('b', 30 * DAY_S)];
    const lastTokenExpires = 30 * DAY_S + 900;
    expect(planRotation(keys, policy, at(lastTokenExpires + 599)).remove).toEqual([]);
    expect(planRotation(keys, policy, at(lastTokenExpires + 600)).remove).toEqual(['a']);
  });

  it('honours tokens that were issued under a longer life than the setting of today', () => {
    const keys = [{ ...key('a', 0), longestTokenS: 3_600 }, key('b', 30 * DAY_S)];
    expect(planRotation(keys, policy, at(30 * DAY_S + 3_600)).remove).toEqual([]);
    expect(planRotation(keys, policy, at(30 * DAY_S + 4_200)).remove).toEqual(['a']);
  });
});

describe('signingKeyAt', () => {
  const keys = [key('b', 100), key('a', 0)];

  it('changes from one key to the next at the given second, whatever order they come in', () => {
    expect(signingKeyAt(keys, at(99))?.kid).toBe('a');
    expect(signingKeyAt(keys, at(100))?.kid).toBe('b');
  });

  it('takes the first key when the clock is a little behind the one that made it', () => {
    expect(signingKeyAt(keys, at(-2))?.kid).toBe('a');
  });

  it('is undefined without keys', () => {
    expect(signingKeyAt([], at(0))).toBeUndefined();
  });
});

it('counts keys that will sign later among those to be opened, and past ones not', () => {
  const keys = [key('a', 0), key('b', 100), key('c', 200)];
  expect(currentAndLater(keys, at(150)).map(({ kid }) => kid)).toEqual(['b', 'c']);
});

it('shortens the lead when keys change so fast that ten minutes would not fit', () => {
  expect(toKeyPolicy(60, 900).leadS).toBe(15);
});

function at(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
}

function key(kid: string, signsFromS: number): KeyTimes {
  return { kid, createdAt: at(signsFromS - 600), signsFrom: at(signsFromS), longestTokenS: 900 };
}
