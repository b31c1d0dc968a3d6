import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Counter } from 'prom-client';
import type { Logger } from './logger.ts';
import type { CollectorSettings } from './settings.ts';

/**
 * One attempt within this time, for the spans that are left when the process ends and no collector has answered yet.
 * Shorter than the exporter's first retry delay (0.8 s), so that a refused connection ends it at once.
 */
const LAST_ATTEMPT_TIMEOUT_MS = 750;

interface CollectorExporterOptions {
  readonly settings: CollectorSettings;
  readonly logger: Logger;
  readonly spans: Counter<'outcome'>;
}

/**
 * Sends spans as OTLP/protobuf and tells the operator when the collector goes away and when it is back, one line each
 * however often it fails in between. Spans that cannot be sent within the exporter's own retries are dropped: the queue
 * in front of it is bounded, and requests never wait for it.
 */
export class CollectorExporter implements SpanExporter {
  readonly #settings: CollectorSettings;
  readonly #logger: Logger;
  readonly #spans: Counter<'outcome'>;
  #exporter: OTLPTraceExporter;
  #collector: 'unknown' | 'reachable' | 'away' = 'unknown';

  constructor({ settings, logger, spans }: CollectorExporterOptions) {
    this.#settings = settings;
    this.#logger = logger;
    this.#spans = spans;
    this.#exporter = otlpExporter(settings, settings.timeoutMs);
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      const wasSent = result.code === ExportResultCode.SUCCESS;
      this.#spans.inc({ outcome: wasSent ? 'sent' : 'lost' }, spans.length);
      if (wasSent) this.#reached();
      else this.#failed(result.error);
      done(result);
    });
  }

  /** From now on a collector that has not answered so far gets one short attempt, so that an exit stays quick. */
  hurry(): void {
    if (this.#collector === 'reachable') return;
    this.#exporter = otlpExporter(this.#settings, LAST_ATTEMPT_TIMEOUT_MS);
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  #reached(): void {
    if (this.#collector === 'away') {
      this.#logger.info({ endpoint: this.#settings.url }, 'the trace collector answers again');
    }
    this.#collector = 'reachable';
  }

  #failed(error: Error | undefined): void {
    if (this.#collector === 'away') return;
    this.#collector = 'away';
    this.#logger.warn(
      { endpoint: this.#settings.url, reason: reasonOf(error) },
      'no trace collector answers: spans are dropped until one does',
    );
  }
}

// Private:

type OtlpOptions = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

function otlpExporter(settings: CollectorSettings, timeoutMillis: number): OTLPTraceExporter {
  const options = {
    url: settings.url,
    headers: { ...settings.headers },
    timeoutMillis,
    compression: settings.isCompressed ? 'gzip' : 'none',
  };
  // The package exports its option enum's type only; the strings are the enum's values.
  return new OTLPTraceExporter(options as OtlpOptions);
}

/** A refused connection to `localhost` is an AggregateError without a message: its code says it. */
function reasonOf(error: Error | undefined): string {
  const code: unknown = error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  if (typeof code === 'number') return `HTTP ${code}`;
  return error?.message || 'no answer';
}
