import { type CacheEntry, endOf, now } from './cache-entry.ts';
import type { Mark } from './invalidations.ts';
import { MemoryStore } from './memory-store.ts';
import type { SharedStore } from './shared-store.ts';
import { canonicalTag } from './tags.ts';

/** The state of invalidations when something was asked for. */
export interface CacheMark {
  readonly memory: Mark;
  readonly shared: Mark;
}

export interface Invalidated {
  /** Entries that left memory. */
  readonly entries: number;
  /** Whether all know of it who share a cache. */
  readonly isEverywhere: boolean;
}

export interface ResponseCacheOptions {
  readonly shared?: SharedStore | undefined;
  readonly onEvicted?: () => void;
  /** Told how many entries left memory. */
  readonly onInvalidated?: (entries: number) => void;
}

/** Until a policy says how much. */
const INITIAL_BYTES = 64 * 1024 * 1024;

/**
 * What one process keeps of subgraphs' answers, for as long as it runs: generations come and go around it. Behind its
 * memory there may be a store that it shares with others, which is asked for what memory does not have.
 */
export class ResponseCache {
  readonly #memory: MemoryStore;
  readonly #shared: SharedStore | undefined;
  readonly #onInvalidated: (entries: number) => void;

  constructor({ shared, onEvicted, onInvalidated = () => {} }: ResponseCacheOptions = {}) {
    this.#memory = new MemoryStore({ maxBytes: INITIAL_BYTES, ...(onEvicted && { onEvicted }) });
    this.#shared = shared;
    this.#onInvalidated = onInvalidated;
    shared?.onInvalidated((tags) => {
      if (tags === 'all') this.#memory.clear();
      else void this.#forget(tags);
    });
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  get size(): number {
    return this.#memory.size;
  }

  get isShared(): boolean {
    return this.#shared !== undefined;
  }

  get mark(): CacheMark {
    return { memory: this.#memory.mark, shared: this.#shared?.mark ?? 0 };
  }

  resize(maxBytes: number): void {
    this.#memory.resize(maxBytes);
  }

  /** Of two keys what is fresh for longer. */
  find(sharedKey: string, ownKey: string): CacheEntry | undefined {
    return fresher(this.#memory.get(sharedKey), this.#memory.get(ownKey));
  }

  /** Asks the shared store, for all pairs of keys at once. Never rejects; what cannot be had is not there. */
  async load(
    keys: readonly (readonly [sharedKey: string, ownKey: string])[],
    mark: CacheMark,
  ): Promise<readonly (CacheEntry | undefined)[]> {
    if (this.#shared === undefined) return [];
    const found = await this.#shared.load(keys.flat());
    return keys.map((pair, index) => {
      const entries = pair.map((key, side) => {
        const entry = found[2 * index + side];
        // A private answer under a key for all would be somebody else's: nothing may have put it there.
        if (entry === undefined || entry.isPrivate !== (side === 1)) return undefined;
        this.#memory.set(key, entry, mark.memory);
        return entry;
      });
      return fresher(entries[0], entries[1]);
    });
  }

  keep(key: string, entry: CacheEntry, mark: CacheMark): void {
    if (endOf(entry) <= now()) return;
    this.#memory.set(key, entry, mark.memory);
    this.#shared?.save(key, entry, mark.shared);
  }

  async invalidate(given: readonly string[]): Promise<Invalidated> {
    const tags = [...new Set(given.map(canonicalTag))];
    const [entries, isEverywhere = true] = await Promise.all([
      this.#forget(tags),
      this.#shared?.invalidate(tags),
    ]);
    return { entries, isEverywhere };
  }

  async #forget(tags: readonly string[]): Promise<number> {
    const entries = await this.#memory.invalidate(tags);
    this.#onInvalidated(entries);
    return entries;
  }
}

// Private:

function fresher(a: CacheEntry | undefined, b: CacheEntry | undefined): CacheEntry | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.freshUntilMs >= b.freshUntilMs ? a : b;
}
