import { type SpanContext, TraceFlags, type TracerProvider } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  TracerProvider as SdkTracerProvider,
} from '@opentelemetry/sdk-trace';
import type { DestinationStream } from 'pino';
import type { Registry } from 'prom-client';
import { CollectorExporter } from './collector-exporter.ts';
import { sampleEarly, TraceIds } from './early-sampling.ts';
import { installGlobally } from './global.ts';
import { ignoreScopes } from './ignored-scopes.ts';
import { createLogger, type Logger } from './logger.ts';
import { metric } from './metrics.ts';
import { NonRecordingTracer } from './non-recording-tracer.ts';
import { createRegistry } from './registry.ts';
import { createResource } from './resource.ts';
import { createSampler } from './sampler.ts';
import {
  type CollectorSettings,
  type Environment,
  parseSettings,
  type TelemetrySettings,
} from './settings.ts';

export interface TelemetryOptions {
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** The standard `OTEL_*` names and `LOG_LEVEL` are read from it. */
  readonly env: Environment;
  /** Where log lines go: standard output unless told otherwise. */
  readonly destination?: DestinationStream;
}

export interface Telemetry extends AsyncDisposable {
  readonly serviceName: string;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** No exit waits longer than this for spans on their way to the collector. */
const FLUSH_TIMEOUT_MS = 3000;

/**
 * Starts traces, logs and metrics of this process; call it before anything else starts. It never fails and never waits:
 * an absent collector costs one log line, a bad `OTEL_*` value one each. Disposing sends what spans are left, for at
 * most three seconds.
 */
export function startTelemetry({
  serviceName,
  serviceVersion,
  env,
  destination,
}: TelemetryOptions): Telemetry {
  const settings = parseSettings(env);
  const logger = createLogger({
    name: serviceName,
    level: settings.logLevel,
    ...(destination ? { destination } : {}),
  });
  for (const warning of settings.warnings) logger.warn(warning);
  const registry = createRegistry(serviceName);
  const tracing = settings.collector
    ? startTracing(
        settings,
        settings.collector,
        { name: serviceName, version: serviceVersion },
        logger,
        registry,
      )
    : passThroughTracing();
  const installed = installGlobally(ignoreScopes(tracing.provider));
  return {
    serviceName,
    logger,
    registry,
    async [Symbol.asyncDispose]() {
      installed[Symbol.dispose]();
      await tracing.flush();
    },
  };
}

// Private:

interface Tracing {
  readonly provider: TracerProvider;
  flush(): Promise<void>;
}

function startTracing(
  settings: TelemetrySettings,
  collector: CollectorSettings,
  service: { name: string; version: string },
  logger: Logger,
  registry: Registry,
): Tracing {
  const spans = metric(registry, 'trace_spans_total');
  const exporter = new CollectorExporter({ settings: collector, logger, spans });
  const sampler = createSampler(settings.sampler, settings.samplerRatio);
  const idGenerator = new TraceIds();
  const provider = new SdkTracerProvider({
    resource: createResource(settings, service),
    sampler,
    idGenerator,
    // A span must stay small enough to send whatever a client puts into a request.
    spanLimits: { attributeValueLengthLimit: 4096 },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: collector.queueSize,
        maxExportBatchSize: collector.batchSize,
        scheduledDelayMillis: collector.batchDelayMs,
      }),
    ],
  });
  return {
    provider: sampleEarly(provider, sampler, idGenerator),
    async flush() {
      exporter.hurry();
      // A failed last export has been counted and logged by the exporter.
      await withinFlushTimeout(provider.shutdown().catch(() => {}));
    },
  };
}

/** Switched off, requests still get a trace id to quote, and a caller's trace still reaches the next hop. */
function passThroughTracing(): Tracing {
  const ids = new RandomIdGenerator();
  const unsampledRoot = (): SpanContext => ({
    traceId: ids.generateTraceId(),
    spanId: ids.generateSpanId(),
    traceFlags: TraceFlags.NONE,
  });
  const tracer = new NonRecordingTracer(unsampledRoot);
  return { provider: { getTracer: () => tracer }, flush: async () => {} };
}

async function withinFlushTimeout(work: Promise<void>): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FLUSH_TIMEOUT_MS);
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
