import type { CacheEntry } from './cache-entry.ts';
import type { Mark } from './invalidations.ts';

/** A store that several gateways use together. Slow or away, it costs hits and nothing else: nothing here rejects. */
export interface SharedStore extends AsyncDisposable {
  /** The state of invalidations as far as it is known here. */
  readonly mark: Mark;
  /** In order; undefined for what is not there, invalidated or not to be had in time. */
  load(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]>;
  /** Does not wait for it. */
  save(key: string, entry: CacheEntry, mark: Mark): void;
  /** Resolves with whether the others will hear of it. */
  invalidate(tags: readonly string[]): Promise<boolean>;
  /**
   * Called for every invalidation by anybody, for some twice; with `all` where some may have been missed, so that
   * nothing is to be trusted.
   */
  onInvalidated(listener: (tags: readonly string[] | 'all') => void): void;
}
