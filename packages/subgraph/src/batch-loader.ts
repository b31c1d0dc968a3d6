import { currentDeadline } from '@tributary/deadline';
import { withSpan } from '@tributary/telemetry';
import DataLoader from 'dataloader';
import { currentMetrics } from './metrics.ts';

export type BatchKey = string | number | bigint;

/**
 * Loads many keys at once: a map from the cache key to its value. A key that the map lacks is `null` to its caller;
 * an `Error` as value rejects that key alone; a rejection rejects them all.
 */
export type LoadBatch<K, C, V> = (keys: readonly K[]) => Promise<ReadonlyMap<C, V | Error>>;

export interface BatchLoaderOptions<K, C> {
  /** What makes two keys the same, for keys that are objects, e.g. a user's id with a page: a text of all its parts. */
  readonly cacheKey: (key: K) => C;
  /** Larger batches are split, which bounds the memory of one statement. */
  readonly maxBatchSize?: number;
}

export type BatchLoader<K, V, C = K> = DataLoader<K, V | null, C>;

const DEFAULT_MAX_BATCH_SIZE = 1_000;

/**
 * A DataLoader for one request: it caches, so it must not outlive the identity it loads for, and no batch has keys of two
 * requests, of which one might end before the other. After the end of its request it loads nothing more. Each batch is one span
 * `dataloader.batch <name>` with its size, a child of the span in which the first of its keys was asked for.
 * `name` is a metric label: fixed in the code, never from a request.
 */
export function createBatchLoader<K extends BatchKey, V>(
  name: string,
  load: LoadBatch<K, K, V>,
  options?: { readonly maxBatchSize?: number },
): BatchLoader<K, V>;
export function createBatchLoader<K, V, C extends BatchKey>(
  name: string,
  load: LoadBatch<K, C, V>,
  options: BatchLoaderOptions<K, C>,
): BatchLoader<K, V, C>;
export function createBatchLoader<K, V, C>(
  name: string,
  load: LoadBatch<K, C, V>,
  options: Partial<BatchLoaderOptions<K, C>> = {},
): BatchLoader<K, V, C> {
  // The first overload admits no cacheKey only where the keys themselves are cache keys.
  const toCacheKey = options.cacheKey ?? ((key: K) => key as unknown as C);

  async function loadBatch(keys: readonly K[]): Promise<(V | Error | null)[]> {
    currentDeadline()?.throwIfEnded();
    currentMetrics()?.batchSize.observe({ loader: name }, keys.length);
    const attributes = { 'dataloader.batch.size': keys.length };
    const values = await withSpan(`dataloader.batch ${name}`, { attributes }, () => load(keys));
    return keys.map((key) => values.get(toCacheKey(key)) ?? null);
  }

  return new DataLoader<K, V | null, C>(loadBatch, {
    cacheKeyFn: toCacheKey,
    maxBatchSize: options.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE,
  });
}
