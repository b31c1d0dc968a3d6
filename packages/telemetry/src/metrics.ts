import { Counter, Gauge, type Registry } from 'prom-client';
import { Histogram } from './histogram.ts';

/** From a cached answer to the longest deadline a request may have. */
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * Every metric that dashboards and alerts rely on. Names and labels are a contract: they only grow. A label takes its
 * values from a small closed set, never from what a client sends.
 */
export const METRICS = {
  http_server_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the first byte of a request to the end of its response.',
    labels: ['route', 'method', 'status'],
    buckets: DURATION_BUCKETS_S,
  },
  graphql_operation_duration_seconds: {
    kind: 'histogram',
    help: 'Time to execute a GraphQL operation.',
    labels: ['operation_type', 'outcome'],
    buckets: DURATION_BUCKETS_S,
  },
  graphql_errors_total: {
    kind: 'counter',
    help: 'GraphQL errors answered, by code of the error catalogue.',
    labels: ['code'],
  },
  gateway_executions_total: {
    kind: 'counter',
    help: 'Operations that were executed, by who answered: compiled code, the complete executor, or nobody, where an answer is kept.',
    labels: ['executor'],
  },
  subgraph_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time of one request of the gateway to a subgraph.',
    labels: ['subgraph', 'outcome'],
    buckets: DURATION_BUCKETS_S,
  },
  gateway_requests_shed_total: {
    kind: 'counter',
    help: 'Requests refused because of too much work, by how much they mattered and by what was short: event_loop or in_flight.',
    labels: ['criticality', 'reason'],
  },
  gateway_requests_in_flight: { kind: 'gauge', help: 'Requests that are being answered.', labels: [] },
  gateway_event_loop_delay_seconds: {
    kind: 'gauge',
    help: 'Shortest wait for the event loop in the latest tenth of a second or more: what load shedding goes by.',
    labels: [],
    aggregator: 'max',
  },
  gateway_admitted_share: {
    kind: 'gauge',
    help: 'Share of the requests that are let in, by how much they matter: 1 while nothing is refused.',
    labels: ['criticality'],
    aggregator: 'min',
  },
  gateway_supergraph_info: {
    kind: 'gauge',
    help: '1 for each supergraph that is served, by its digest: of the live release, and of a canary. At most two at a time.',
    labels: ['arm', 'digest'],
    aggregator: 'max',
  },
  gateway_canary_share: {
    kind: 'gauge',
    help: 'Share of callers that get the canary; 0 while there is none.',
    labels: [],
    aggregator: 'max',
  },
  gateway_arm_operations_total: {
    kind: 'counter',
    help: 'Operations executed while there is a canary, by arm (live, canary) and outcome (ok, failed).',
    labels: ['arm', 'outcome'],
  },
  gateway_arm_operation_duration_seconds: {
    kind: 'histogram',
    help: 'Time to execute a GraphQL operation while there is a canary, by arm.',
    labels: ['arm'],
    buckets: DURATION_BUCKETS_S,
  },
  gateway_reports_total: {
    kind: 'counter',
    help: 'Reports to the registry of what is served and what arms do, by outcome: accepted, failed (sent again), dropped.',
    labels: ['outcome'],
  },
  gateway_deliveries_refused_total: {
    kind: 'counter',
    help: 'Deliveries of the registry that were not what they should be, by what was wrong: signature, format, environment, replay, digest.',
    labels: ['reason'],
  },
  gateway_supergraph_stale_seconds: {
    kind: 'gauge',
    help: 'How long ago the registry last said what to serve, while it cannot be asked; 0 while it can.',
    labels: [],
    aggregator: 'max',
  },
  subgraph_circuit_state: {
    kind: 'gauge',
    help: 'Of a subgraph (no target), or of a root field or entity type of it: 0 sent as usual, 1 probed, 2 left alone.',
    labels: ['subgraph', 'target'],
    aggregator: 'max',
  },
  subgraph_concurrency_limit: {
    kind: 'gauge',
    help: 'Most requests to a subgraph at once, as its latency allows.',
    labels: ['subgraph'],
  },
  subgraph_requests_in_flight: {
    kind: 'gauge',
    help: 'Requests to a subgraph that wait for its answer.',
    labels: ['subgraph'],
  },
  subgraph_requests_queued: {
    kind: 'gauge',
    help: 'Requests to a subgraph that wait for their turn.',
    labels: ['subgraph'],
  },
  subgraph_retries_total: {
    kind: 'counter',
    help: 'Requests sent to a subgraph again (retry, hedge), and those that its retry budget refused.',
    labels: ['subgraph', 'kind', 'outcome'],
  },
  subgraph_deduplicated_total: {
    kind: 'counter',
    help: 'Requests to a subgraph that were answered by an equal one on its way.',
    labels: ['subgraph'],
  },
  subgraph_injected_faults_total: {
    kind: 'counter',
    help: 'Faults met on purpose.',
    labels: ['subgraph', 'fault'],
  },
  cache_lookups_total: {
    kind: 'counter',
    help: 'Root answers and entities looked up in the cache: hit, miss, stale (refreshed behind the answer), stale_if_error (of the misses, those that something old stood in for).',
    labels: ['subgraph', 'outcome'],
  },
  cache_refreshes_total: {
    kind: 'counter',
    help: 'Stale entries fetched again behind an answer: ok, failed, skipped (too many at once).',
    labels: ['subgraph', 'outcome'],
  },
  cache_bytes: { kind: 'gauge', help: 'Bytes that the cache holds in memory.', labels: [] },
  cache_entries: {
    kind: 'gauge',
    help: 'Root answers and entities that the cache holds in memory.',
    labels: [],
  },
  cache_evictions_total: {
    kind: 'counter',
    help: 'Cache entries that others have pushed out of memory.',
    labels: [],
  },
  cache_invalidated_total: {
    kind: 'counter',
    help: 'Cache entries that left memory because one of their tags was invalidated.',
    labels: [],
  },
  cache_shared_operations_total: {
    kind: 'counter',
    help: 'Keys asked of or sent to the shared cache: hit, miss, saved, failed (slow or away), skipped (left alone for a while).',
    labels: ['outcome'],
  },
  db_client_operation_duration_seconds: {
    kind: 'histogram',
    help: 'Time of one SQL statement, the wait for a connection not included.',
    labels: ['operation'],
    buckets: DURATION_BUCKETS_S,
  },
  db_client_connections_used: { kind: 'gauge', help: 'Database connections in use.', labels: [] },
  db_client_connections_waiting: {
    kind: 'gauge',
    help: 'Callers that wait for a database connection.',
    labels: [],
  },
  db_client_connect_failures_total: {
    kind: 'counter',
    help: 'Callers that got no database connection, by error code: SERVICE_TIMEOUT where all were lent until the request had to end.',
    labels: ['code'],
  },
  db_client_cancellations_total: {
    kind: 'counter',
    help: 'Statements whose request ended first (deadline, disconnect), by what became of them: cancelled, completed, abandoned.',
    labels: ['end', 'outcome'],
  },
  dataloader_batch_size: {
    kind: 'histogram',
    help: 'Keys in one batch of a DataLoader.',
    labels: ['loader'],
    buckets: SIZE_BUCKETS,
  },
  outbox_pending: { kind: 'gauge', help: 'Events not delivered yet.', labels: [] },
  outbox_oldest_age_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest event not delivered yet, 0 when there is none.',
    labels: [],
  },
  outbox_dead_letters: { kind: 'gauge', help: 'Events given up and kept for a replay.', labels: [] },
  registry_checks_total: {
    kind: 'counter',
    help: 'Checks of subgraphs, by whether they passed or failed.',
    labels: ['outcome'],
  },
  registry_usage_reports_total: {
    kind: 'counter',
    help: 'Reports of gateways on what clients use: counted, repeated (counted before).',
    labels: ['outcome'],
  },
  gateway_usage_reports_total: {
    kind: 'counter',
    help: 'Reports of usage to the registry: sent, failed (an attempt; it is sent again), dropped (given up; nothing else is lost).',
    labels: ['outcome'],
  },
  registry_changes_total: {
    kind: 'counter',
    help: 'Publishes, retirements, promotions, steps and rollbacks: released, unchanged, refused, conflict, failed.',
    labels: ['kind', 'outcome'],
  },
  registry_canary_decisions_total: {
    kind: 'counter',
    help: 'What became of canaries: step, complete, roll-back, or undecided: held for too long, somebody has to say.',
    labels: ['environment', 'decision'],
  },
  registry_release_held_seconds: {
    kind: 'gauge',
    help: 'How long a release has waited for replicas that do not serve it (state waiting), how long a canary has had its share (canary); 0 while there is none.',
    labels: ['environment', 'state'],
    aggregator: 'max',
  },
  registry_schema_task_duration_seconds: {
    kind: 'histogram',
    help: 'Time in a thread that reads schemas, by task and outcome: done, failed, timeout, memory, exit.',
    labels: ['task', 'outcome'],
    buckets: DURATION_BUCKETS_S,
  },
  registry_schema_tasks_waiting: {
    kind: 'gauge',
    help: 'Tasks that wait for a thread that reads schemas.',
    labels: [],
  },
  trace_spans_total: {
    kind: 'counter',
    help: 'Finished spans by what became of their export.',
    labels: ['outcome'],
  },
} as const satisfies Record<string, MetricDefinition>;

type MetricDefinition =
  | { kind: 'histogram'; help: string; labels: readonly string[]; buckets: readonly number[] }
  | { kind: 'counter'; help: string; labels: readonly string[] }
  | {
      kind: 'gauge';
      help: string;
      labels: readonly string[];
      /** Of several processes behind one admin port; their sum unless told otherwise. */
      aggregator?: 'max' | 'min';
    };

export type MetricName = keyof typeof METRICS;
export type MetricLabels<N extends MetricName> = (typeof METRICS)[N]['labels'][number];
export type MetricOf<N extends MetricName> = (typeof METRICS)[N]['kind'] extends 'histogram'
  ? Histogram<MetricLabels<N>>
  : (typeof METRICS)[N]['kind'] extends 'counter'
    ? Counter<MetricLabels<N>>
    : Gauge<MetricLabels<N>>;

/** The metric of that name in the registry, created on first use; keep the result where it is used often. */
export function metric<N extends MetricName>(registry: Registry, name: N): MetricOf<N> {
  // The catalogue is the only place that creates these names, so what is registered has the type it says.
  return (registry.getSingleMetric(name) ?? create(registry, name, METRICS[name])) as MetricOf<N>;
}

/** Has `refresh` called before each scrape, in place of keeping the metric up to date at every change. */
export function onScrape<L extends string>(metric: Gauge<L> | Counter<L>, refresh: () => void): void {
  // prom-client takes this function with its options and calls whatever the property holds when it is scraped.
  (metric as unknown as { collect: () => void }).collect = refresh;
}

const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/** The `method` label: clients may send any token as a method, a label must not follow them. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && KNOWN_METHODS.has(method) ? method : '_OTHER';
}

// Private:

function create(registry: Registry, name: string, definition: MetricDefinition): Counter | Gauge | Histogram {
  const common = { name, help: definition.help, labelNames: [...definition.labels], registers: [registry] };
  switch (definition.kind) {
    case 'histogram':
      return new Histogram({
        name,
        help: definition.help,
        labelNames: definition.labels,
        buckets: definition.buckets,
        registry,
      });
    case 'counter':
      return new Counter(common);
    case 'gauge':
      return new Gauge({ ...common, ...(definition.aggregator && { aggregator: definition.aggregator }) });
  }
}
