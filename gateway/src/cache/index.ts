// In: a subgraph's client, what a policy lets be kept of its answers, and where that is. Out: a client that asks less.
import type { Logger, Registry } from '@tributary/telemetry';
import type { CachePolicy } from '../configuration/index.ts';
import type { SubgraphClient } from '../subgraph/subgraph-client.ts';
import { createCacheMetrics } from './cache-metrics.ts';
import { cached } from './cached.ts';
import type { FreshnessDefaults } from './freshness.ts';
import type { ResponseCache } from './response-cache.ts';

export { createResponseCache } from './create-response-cache.ts';
export { createInvalidationRoute } from './invalidation-route.ts';
export type { Invalidated, ResponseCache } from './response-cache.ts';
export type { SharedStore } from './shared-store.ts';

export interface SubgraphCacheOptions {
  readonly cache: ResponseCache;
  readonly policy: CachePolicy;
  readonly registry: Registry;
  readonly logger: Logger;
}

export type WithCache = (client: SubgraphClient, url: string) => SubgraphClient;

/** How long a subgraph that could not refresh an answer is not asked for it again behind others. */
const REFRESH_PAUSE_MS = 1_000;

/** Puts the cache around the clients of subgraphs that the policy wants one for; others it gives back as they are. */
export function createWithCache({ cache, policy, registry, logger }: SubgraphCacheOptions): WithCache {
  cache.resize(policy.maxBytes);
  const ignoredHeaders = new Set(policy.ignoredHeaders);
  return (client, url) => {
    const own = Object.hasOwn(policy.subgraphs, client.name) ? policy.subgraphs[client.name] : undefined;
    if (!(own?.enabled ?? policy.hints)) return client;
    const defaults: FreshnessDefaults = {
      maxAgeMs: own?.maxAgeMs,
      isPublic: own?.scope === 'public',
      staleWhileRevalidateMs: own?.staleWhileRevalidateMs ?? policy.staleWhileRevalidateMs,
      staleIfErrorMs: own?.staleIfErrorMs ?? policy.staleIfErrorMs,
    };
    return cached(client, {
      cache,
      url,
      defaults,
      targets: own?.targets && new Set(own.targets),
      ignoredHeaders,
      refreshes: {
        limit: policy.maxRefreshes,
        timeoutMs: policy.refreshTimeoutMs,
        pauseMs: REFRESH_PAUSE_MS,
      },
      metrics: createCacheMetrics(registry, client.name),
      logger,
    });
  };
}
