import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { CacheEntry } from './cache-entry.ts';
import { Invalidations, type Mark } from './invalidations.ts';

interface Held {
  readonly entry: CacheEntry;
  readonly mark: Mark;
}

/** A key's Map slot, the list's links, both objects: measured on Node 26, rounded up. */
const OVERHEAD_BYTES = 400;
/** So that one answer does not push out most of the others. */
const LARGEST_SHARE = 8;
const SWEEP_STEP = 2_000;

export interface MemoryStoreOptions {
  readonly maxBytes: number;
  readonly onEvicted?: () => void;
}

/** Entries in this process, the least recently used leaving first once their bytes are too many. */
export class MemoryStore {
  readonly #invalidations = new Invalidations();
  readonly #onEvicted: (() => void) | undefined;
  #entries: LRUCache<string, Held>;

  constructor({ maxBytes, onEvicted }: MemoryStoreOptions) {
    this.#onEvicted = onEvicted;
    this.#entries = this.#create(maxBytes);
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Of what is asked for now: `set` wants it when the answer is there. */
  get mark(): Mark {
    return this.#invalidations.last;
  }

  get(key: string): CacheEntry | undefined {
    const held = this.#entries.get(key);
    if (held === undefined) return undefined;
    if (!this.#invalidations.covers(held.entry.tags, held.mark)) return held.entry;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, entry: CacheEntry, mark: Mark): void {
    if (this.#invalidations.covers(entry.tags, mark)) return;
    this.#entries.set(key, { entry, mark });
  }

  /** Holds as soon as it is called; resolves with how many entries that were. */
  async invalidate(tags: readonly string[]): Promise<number> {
    this.#invalidations.add(tags);
    let count = 0;
    let looked = 0;
    // What comes between the steps does so under a later mark.
    for (const key of [...this.#entries.keys()]) {
      const held = this.#entries.peek(key);
      if (held && this.#invalidations.covers(held.entry.tags, held.mark) && this.#entries.delete(key))
        count++;
      if (++looked % SWEEP_STEP === 0) await nextTurn();
    }
    return count;
  }

  /** Nor is anything kept that has been asked for until now. */
  clear(): void {
    this.#invalidations.forgetBefore(this.#invalidations.last + 1);
    this.#entries.clear();
  }

  /** Another bound empties the store. */
  resize(maxBytes: number): void {
    if (maxBytes !== this.#entries.maxSize) this.#entries = this.#create(maxBytes);
  }

  #create(maxBytes: number): LRUCache<string, Held> {
    return new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.ceil(maxBytes / LARGEST_SHARE),
      sizeCalculation: ({ entry }, key) => bytesOf(key, entry),
      dispose: (_held, _key, reason) => {
        if (reason === 'evict') this.#onEvicted?.();
      },
    });
  }
}

// Private:

/** Byte text takes a byte a character, and so do keys and nearly all tags. */
function bytesOf(key: string, { text, tags }: CacheEntry): number {
  let bytes = OVERHEAD_BYTES + key.length + text.length;
  for (const tag of tags) bytes += tag.length + 24;
  return bytes;
}
