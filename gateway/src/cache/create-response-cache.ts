import { metric, type Registry } from '@tributary/telemetry';
import { ResponseCache } from './response-cache.ts';
import type { SharedStore } from './shared-store.ts';

export interface CreateResponseCacheOptions {
  readonly registry: Registry;
  /** The caller's to dispose. */
  readonly shared?: SharedStore | undefined;
}

/** The cache of one process, with its metrics. */
export function createResponseCache({ registry, shared }: CreateResponseCacheOptions): ResponseCache {
  const evictions = metric(registry, 'cache_evictions_total');
  const invalidated = metric(registry, 'cache_invalidated_total');
  return new ResponseCache({
    shared,
    onEvicted: () => evictions.inc(),
    onInvalidated: (entries) => invalidated.inc(entries),
  });
}
