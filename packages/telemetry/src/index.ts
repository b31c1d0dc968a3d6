/**
 * Traces, logs and metrics of one process.
 *
 * In: the environment (`OTEL_*`, `LOG_LEVEL`), incoming W3C headers, the spans and numbers that callers record.
 * Out: OTLP spans to a collector, JSON log lines with trace ids on stdout, a Prometheus registry.
 */
export {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
export { Counter, Gauge, Registry } from 'prom-client';
export { Histogram } from './histogram.ts';
export { withLogFields } from './log-fields.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { METRICS_CONTENT_TYPE, type MetricsSnapshot, mergeMetrics } from './merge-metrics.ts';
export {
  METRICS,
  type MetricLabels,
  type MetricName,
  type MetricOf,
  methodLabel,
  metric,
  onScrape,
} from './metrics.ts';
export {
  currentSpan,
  currentTraceId,
  currentTraceparent,
  extractContext,
  injectHeaders,
  runInContext,
  runInSpan,
  runOutside,
  traceparentOf,
} from './propagation.ts';
export { describeError, type ErrorDescription, redactText } from './redact.ts';
export { createRegistry, type RegistryOptions } from './registry.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.ts';
export { failSpan, tracer, type WithSpanOptions, withSpan } from './with-span.ts';
