import { createContextKey, context as openTelemetryContext } from '@opentelemetry/api';
import { type Context, type MetricOf, metric, type Registry } from '@tributary/telemetry';

export interface SubgraphMetrics {
  readonly httpDuration: MetricOf<'http_server_request_duration_seconds'>;
  readonly operationDuration: MetricOf<'graphql_operation_duration_seconds'>;
  readonly errors: MetricOf<'graphql_errors_total'>;
  readonly batchSize: MetricOf<'dataloader_batch_size'>;
}

export function createSubgraphMetrics(registry: Registry): SubgraphMetrics {
  return {
    httpDuration: metric(registry, 'http_server_request_duration_seconds'),
    operationDuration: metric(registry, 'graphql_operation_duration_seconds'),
    errors: metric(registry, 'graphql_errors_total'),
    batchSize: metric(registry, 'dataloader_batch_size'),
  };
}

/**
 * The metrics travel with the request's async context, next to its span, so that a loader finds both without
 * every service handing a registry to every loader.
 */
const METRICS = createContextKey('tributary.subgraph.metrics');

export function withMetrics(context: Context, metrics: SubgraphMetrics): Context {
  return context.setValue(METRICS, metrics);
}

/** Undefined outside a request, as in a test that calls a loader by itself. */
export function currentMetrics(): SubgraphMetrics | undefined {
  // Only withMetrics writes under this key.
  return openTelemetryContext.active().getValue(METRICS) as SubgraphMetrics | undefined;
}
