import { describe, expect, it } from 'vitest';
import { METRICS, type MetricName, methodLabel, metric } from './metrics.ts';
import { createRegistry } from './registry.ts';

describe('metrics', () => {
  it('keeps the names and labels that dashboards and alerts use', () => {
    const contract = Object.entries(METRICS).map(([name, { kind, labels }]) =>
      [name, kind, ...labels].join(' '),
    );
    expect(contract).toEqual([
      'http_server_request_duration_seconds histogram route method status',
      'graphql_operation_duration_seconds histogram operation_type outcome',
      'graphql_errors_total counter code',
      'gateway_executions_total counter executor',
      'subgraph_request_duration_seconds histogram subgraph outcome',
      'gateway_requests_shed_total counter criticality reason',
      'gateway_requests_in_flight gauge',
      'gateway_event_loop_delay_seconds gauge',
      'gateway_admitted_share gauge criticality',
      'gateway_supergraph_info gauge arm digest',
      'gateway_canary_share gauge',
      'gateway_arm_operations_total counter arm outcome',
      'gateway_arm_operation_duration_seconds histogram arm',
      'gateway_reports_total counter outcome',
      'gateway_deliveries_refused_total counter reason',
      'gateway_supergraph_stale_seconds gauge',
      'subgraph_circuit_state gauge subgraph target',
      'subgraph_concurrency_limit gauge subgraph',
      'subgraph_requests_in_flight gauge subgraph',
      'subgraph_requests_queued gauge subgraph',
      'subgraph_retries_total counter subgraph kind outcome',
      'subgraph_deduplicated_total counter subgraph',
      'subgraph_injected_faults_total counter subgraph fault',
      'cache_lookups_total counter subgraph outcome',
      'cache_refreshes_total counter subgraph outcome',
      'cache_bytes gauge',
      'cache_entries gauge',
      'cache_evictions_total counter',
      'cache_invalidated_total counter',
      'cache_shared_operations_total counter outcome',
      'db_client_operation_duration_seconds histogram operation',
      'db_client_connections_used gauge',
      'db_client_connections_waiting gauge',
      'db_client_connect_failures_total counter code',
      'db_client_cancellations_total counter end outcome',
      'dataloader_batch_size histogram loader',
      'outbox_pending gauge',
      'outbox_oldest_age_seconds gauge',
      'outbox_dead_letters gauge',
      'registry_checks_total counter outcome',
      'registry_usage_reports_total counter outcome',
      'gateway_usage_reports_total counter outcome',
      'registry_changes_total counter kind outcome',
      'registry_canary_decisions_total counter environment decision',
      'registry_release_held_seconds gauge environment state',
      'registry_schema_task_duration_seconds histogram task outcome',
      'registry_schema_tasks_waiting gauge',
      'trace_spans_total counter outcome',
    ]);
  });

  it('registers each metric once, however often it is asked for', async () => {
    const registry = createRegistry('orders', { processMetrics: false });
    for (const name of Object.keys(METRICS) as MetricName[]) {
      expect(metric(registry, name)).toBe(metric(registry, name));
    }
    expect(await registry.getMetricsAsArray()).toHaveLength(Object.keys(METRICS).length);
  });

  it('writes every series with the service that it belongs to', async () => {
    const registry = createRegistry('orders', { processMetrics: false });
    metric(registry, 'graphql_errors_total').inc({ code: 'NOT_FOUND' });
    expect(await registry.metrics()).toContain('graphql_errors_total{code="NOT_FOUND",service="orders"} 1');
  });

  it('measures the process, with its event-loop lag', async () => {
    const text = await createRegistry('orders').metrics();
    expect(text).toContain('nodejs_eventloop_lag_seconds{service="orders"}');
    expect(text).toContain('process_resident_memory_bytes{service="orders"}');
  });

  it('gives methods that clients make up one common label', () => {
    expect(['GET', 'POST', 'BREW', 'get', undefined].map(methodLabel)).toEqual([
      'GET',
      'POST',
      '_OTHER',
      '_OTHER',
      '_OTHER',
    ]);
  });
});
