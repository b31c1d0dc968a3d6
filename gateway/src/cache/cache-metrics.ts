import { metric, type Registry } from '@tributary/telemetry';
import type { RefreshOutcome } from './refreshes.ts';

/** The cache's numbers for one subgraph; a root field's answer and an entity count as one each. */
export interface CacheMetrics {
  looked(hits: number, misses: number, stale: number): void;
  /** Misses for which the subgraph failed and something old was there. */
  savedByStale(count: number): void;
  refreshed(outcome: RefreshOutcome): void;
  /** Of all subgraphs together. */
  holds(bytes: number, entries: number): void;
}

export function createCacheMetrics(registry: Registry, subgraph: string): CacheMetrics {
  const lookups = metric(registry, 'cache_lookups_total');
  const [hit, miss, stale, saved] = ['hit', 'miss', 'stale', 'stale_if_error'].map((outcome) =>
    lookups.labels({ subgraph, outcome }),
  );
  const refreshes = metric(registry, 'cache_refreshes_total');
  const heldBytes = metric(registry, 'cache_bytes');
  const heldEntries = metric(registry, 'cache_entries');
  return {
    looked(hits, misses, staleOnes) {
      if (hits > 0) hit?.inc(hits);
      if (misses > 0) miss?.inc(misses);
      if (staleOnes > 0) stale?.inc(staleOnes);
    },
    savedByStale: (count) => saved?.inc(count),
    refreshed: (outcome) => refreshes.inc({ subgraph, outcome }),
    holds(bytes, entries) {
      heldBytes.set(bytes);
      heldEntries.set(entries);
    },
  };
}
