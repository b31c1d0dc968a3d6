import { AggregatorRegistry, Registry } from 'prom-client';

/** What `Registry.getMetricsAsJSON` resolves with; plain data, which passes between processes. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metrics of several processes as one text: counters and histograms added up, each gauge as it says itself. */
export function mergeMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
