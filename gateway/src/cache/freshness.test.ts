import { describe, expect, it } from 'vitest';
import { type FreshnessDefaults, freshnessOf } from './freshness.ts';

const NOTHING: FreshnessDefaults = {
  maxAgeMs: undefined,
  isPublic: false,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
};
const WINDOWS = { ...NOTHING, staleWhileRevalidateMs: 5_000, staleIfErrorMs: 9_000 };

function of(cacheControl: string | undefined, { age, defaults = NOTHING }: Partial<Given> = {}) {
  const body = Buffer.alloc(0);
  return freshnessOf({ status: 200, contentType: 'application/json', cacheControl, age, body }, defaults);
}
interface Given {
  readonly age: string;
  readonly defaults: FreshnessDefaults;
}

describe('what is kept', () => {
  it.each([
    'no-store',
    'no-cache',
    'max-age=60, no-store',
    'max-age=60, no-cache="set-cookie"',
    'NO-STORE, public, max-age=60',
    'public',
    'no-transform',
    '',
    'max-age=0, public',
    'max-age=soon, public',
    'max-age=-5, public',
    'max-age=1.5, public',
    'max-age',
  ])('is nothing of an answer with %j', (cacheControl) => {
    expect(of(cacheControl)).toBeUndefined();
  });

  it('is nothing of an answer that says nothing, unless the policy has a time for it', () => {
    expect(of(undefined)).toBeUndefined();
    expect(of(undefined, { defaults: { ...NOTHING, maxAgeMs: 4_000 } })).toMatchObject({
      isPrivate: true,
      isHinted: false,
      freshMs: 4_000,
    });
    expect(of(undefined, { defaults: { ...NOTHING, maxAgeMs: 4_000, isPublic: true } })?.isPrivate).toBe(
      false,
    );
    expect(of('no-store', { defaults: { ...NOTHING, maxAgeMs: 4_000 } })).toBeUndefined();
  });
});

describe('for how long', () => {
  it.each([
    ['max-age=60, public', undefined, 60_000],
    ['public,MAX-AGE=60', undefined, 60_000],
    ['max-age="60", public', undefined, 60_000],
    ['max-age=60, s-maxage=10, public', undefined, 10_000],
    ['max-age=60, s-maxage=600, private', undefined, 60_000],
    ['max-age=60, max-age=20, public', undefined, 20_000],
    ['max-age=60, public', '15', 45_000],
    ['max-age=60, public', 'old', 60_000],
    ['max-age=99999999999999999999, public', undefined, 31_536_000_000],
  ])('%s with age %s: %d ms', (cacheControl, age, freshMs) => {
    expect(of(cacheControl, age === undefined ? {} : { age })?.freshMs).toBe(freshMs);
  });

  it.each([
    ['max-age=1, public', 5_000, 9_000],
    ['max-age=1, public, stale-while-revalidate=2, stale-if-error=0', 2_000, 0],
    ['max-age=1, public, must-revalidate, stale-if-error=60', 0, 0],
    ['max-age=1, public, proxy-revalidate', 0, 0],
    ['s-maxage=1, public', 0, 0],
    ['s-maxage=1, public, stale-if-error=3', 0, 3_000],
    ['s-maxage=1, max-age=1, private', 5_000, 9_000],
  ])('stale: %s', (cacheControl, staleWhileRevalidateMs, staleIfErrorMs) => {
    expect(of(cacheControl, { defaults: WINDOWS })).toMatchObject({ staleWhileRevalidateMs, staleIfErrorMs });
  });

  it('keeps what is stale from the start where that has a use', () => {
    expect(of('max-age=0, public, stale-if-error=60')).toMatchObject({ freshMs: 0, staleIfErrorMs: 60_000 });
    expect(of('max-age=10, public', { age: '70', defaults: WINDOWS })).toBeUndefined();
  });
});

describe('for whom', () => {
  it.each([
    ['max-age=60, public', false],
    ['max-age=60, private', true],
    ['max-age=60', true],
    ['max-age=60, public, private', true],
    ['max-age=60, public, private="set-cookie"', true],
  ])('%s is private: %s', (cacheControl, isPrivate) => {
    expect(of(cacheControl)?.isPrivate).toBe(isPrivate);
  });
});
