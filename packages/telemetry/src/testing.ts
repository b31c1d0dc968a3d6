import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { DestinationStream } from 'pino';
import { installGlobally } from './global.ts';
import { ignoreScopes } from './ignored-scopes.ts';
import { createLogger } from './logger.ts';
import { createRegistry } from './registry.ts';
import type { Telemetry } from './start-telemetry.ts';

export type { ReadableSpan } from '@opentelemetry/sdk-trace';
export type { CollectedSpan } from './decode-otlp.ts';
export { startTestCollector, type TestCollector } from './test-collector.ts';

export interface SpanRecorder extends Disposable, AsyncDisposable {
  /** Spans ended so far, in the order in which they ended. */
  finished(): readonly ReadableSpan[];
  /** Those of that name. */
  named(name: string): readonly ReadableSpan[];
  reset(): void;
}

/**
 * Records every span of this process in memory until disposed, instead of whatever was recording before. One line for
 * a test: `using spans = recordSpans();`.
 */
export function recordSpans(): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const installed = installGlobally(ignoreScopes(provider), { replace: true });
  return {
    finished: () => [...exporter.getFinishedSpans()],
    named: (name) => exporter.getFinishedSpans().filter((span) => span.name === name),
    reset: () => exporter.reset(),
    [Symbol.dispose]: () => installed[Symbol.dispose](),
    async [Symbol.asyncDispose]() {
      installed[Symbol.dispose]();
    },
  };
}

export interface LogRecorder extends DestinationStream {
  /** Every line written so far, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** A log destination that keeps lines in memory. */
export function recordLogs(): LogRecorder {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (line) => lines.push(JSON.parse(line)) };
}

/** Telemetry for a server under test: its log lines in `logs`, no process metrics, no tracing of its own. */
export function testTelemetry(serviceName = 'test'): Telemetry & { readonly logs: LogRecorder } {
  const logs = recordLogs();
  return {
    serviceName,
    logs,
    logger: createLogger({ name: serviceName, level: 'debug', destination: logs }),
    registry: createRegistry(serviceName, { processMetrics: false }),
    async [Symbol.asyncDispose]() {},
  };
}
