import { describe, expect, it } from 'vitest';
import type { CacheEntry } from './cache-entry.ts';
import { Invalidations } from './invalidations.ts';
import { MemoryStore } from './memory-store.ts';

function entry(text = '{}', tags: readonly string[] = []): CacheEntry {
  return {
    text,
    tags,
    isPrivate: false,
    givenMs: 0,
    freshUntilMs: 1,
    revalidateUntilMs: 1,
    ifErrorUntilMs: 1,
  };
}

describe('MemoryStore', () => {
  it('stays below its bytes and lets the least recently used go', () => {
    let evicted = 0;
    const store = new MemoryStore({ maxBytes: 100_000, onEvicted: () => evicted++ });
    store.set('first', entry('x'.repeat(5_000)), 0);
    for (let index = 0; index < 100; index++) {
      store.set(`k${index}`, entry('x'.repeat(5_000)), 0);
      store.get('first');
      expect(store.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(store.get('first')).toBeDefined();
    expect(store.get('k0')).toBeUndefined();
    expect(store.size + evicted).toBe(101);
  });

  it('takes nothing that would push out most of the others', () => {
    const store = new MemoryStore({ maxBytes: 100_000 });
    store.set('small', entry(), 0);
    store.set('large', entry('x'.repeat(20_000)), 0);
    expect([store.get('large'), store.size]).toEqual([undefined, 1]);
  });

  it('forgets what has one of the tags, and says how many', async () => {
    const store = new MemoryStore({ maxBytes: 100_000_000 });
    for (let index = 0; index < 5_000; index++) {
      store.set(`k${index}`, entry('{}', ['all', index % 2 ? 'odd' : 'even']), store.mark);
    }
    const counted = store.invalidate(['odd', 'unknown']);
    expect(store.get('k1')).toBeUndefined();
    expect(store.get('k0')).toBeDefined();
    // One of them was found by the reading above.
    expect(await counted).toBe(2_499);
    expect(store.size).toBe(2_500);
  });

  it('keeps no answer that was asked for before the invalidation', async () => {
    const store = new MemoryStore({ maxBytes: 100_000 });
    const mark = store.mark;
    await store.invalidate(['a']);
    store.set('old', entry('{}', ['a']), mark);
    store.set('other', entry('{}', ['b']), mark);
    store.set('new', entry('{}', ['a']), store.mark);
    expect(['old', 'other', 'new'].map((key) => store.get(key) !== undefined)).toEqual([false, true, true]);
  });

  it('is emptied by another bound', () => {
    const store = new MemoryStore({ maxBytes: 100_000 });
    store.set('a', entry(), 0);
    store.resize(100_000);
    expect(store.size).toBe(1);
    store.resize(50_000);
    expect(store.size).toBe(0);
  });
});

describe('Invalidations', () => {
  it('trusts nothing old once it had to forget a tag', () => {
    const invalidations = new Invalidations(2);
    invalidations.add(['a']);
    expect(invalidations.covers(['x'], 0)).toBe(false);
    invalidations.add(['b']);
    invalidations.add(['c']);
    expect(invalidations.covers(['x'], 0)).toBe(true);
    expect(invalidations.covers(['x'], 1)).toBe(false);
    expect(invalidations.covers(['b'], 1)).toBe(true);
    expect(invalidations.covers(['b'], 3)).toBe(false);
  });
});
