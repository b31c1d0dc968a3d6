import type { TrafficPolicy } from '../configuration/index.ts';

export type BreakerSettings = TrafficPolicy['breaker'];
export type ConcurrencySettings = TrafficPolicy['concurrency'];
export type RetrySettings = TrafficPolicy['retry'];
export type HedgeSettings = TrafficPolicy['hedge'];

/** Every knob, as it is for one subgraph. */
export type SubgraphSettings = Omit<
  TrafficPolicy,
  'subgraphs' | 'requestTimeoutMs' | 'maxRequestTimeoutMs'
> & { readonly url: string | undefined };

/** The subgraph's own knobs where it has them, else those for all. */
export function subgraphSettings(traffic: TrafficPolicy, name: string): SubgraphSettings {
  const { subgraphs, requestTimeoutMs: _, maxRequestTimeoutMs: __, ...defaults } = traffic;
  const { breaker, concurrency, retry, hedge, url, ...own } =
    (Object.hasOwn(subgraphs, name) ? subgraphs[name] : undefined) ?? {};
  return {
    ...defaults,
    ...given(own),
    url,
    breaker: { ...defaults.breaker, ...given(breaker ?? {}) },
    concurrency: { ...defaults.concurrency, ...given(concurrency ?? {}) },
    retry: { ...defaults.retry, ...given(retry ?? {}) },
    hedge: { ...defaults.hedge, ...given(hedge ?? {}) },
  };
}

function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Filtering undefined values is what the result type says; Object.entries loses the key types.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}
