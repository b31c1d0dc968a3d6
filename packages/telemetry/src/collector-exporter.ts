import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Counter } from 'prom-client';
import type { Logger } from './logger.ts';
import { OtlpSender } from './otlp-sender.ts';
import type { CollectorSettings } from './settings.ts';

/**
 * One attempt within this time, for the spans that are left when the process ends and no collector has answered yet.
 * Shorter than the sender's first pause (0.8 s), so that a refused connection ends it at once.
 */
const LAST_ATTEMPT_TIMEOUT_MS = 750;

interface CollectorExporterOptions {
  readonly settings: CollectorSettings;
  readonly logger: Logger;
  readonly spans: Counter<'outcome'>;
}

/**
 * Sends spans as OTLP/protobuf and tells the operator when the collector goes away and when it is back, one line each
 * however often it fails in between. Spans that cannot be sent within the sender's retries are dropped: the queue
 * in front of it is bounded, and requests never wait for it.
 */
export class CollectorExporter implements SpanExporter {
  readonly #settings: CollectorSettings;
  readonly #logger: Logger;
  readonly #spans: Counter<'outcome'>;
  readonly #sender: OtlpSender;
  #timeoutMs: number;
  #collector: 'unknown' | 'reachable' | 'away' = 'unknown';

  constructor({ settings, logger, spans }: CollectorExporterOptions) {
    this.#settings = settings;
    this.#logger = logger;
    this.#spans = spans;
    this.#sender = new OtlpSender(settings);
    this.#timeoutMs = settings.timeoutMs;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#sender.send(spans, this.#timeoutMs).then(
      () => {
        this.#spans.inc({ outcome: 'sent' }, spans.length);
        this.#reached();
        done({ code: ExportResultCode.SUCCESS });
      },
      (error: Error) => {
        this.#spans.inc({ outcome: 'lost' }, spans.length);
        this.#failed(error);
        done({ code: ExportResultCode.FAILED, error });
      },
    );
  }

  /** From now on a collector that has not answered so far gets one short attempt, so that an exit stays quick. */
  hurry(): void {
    if (this.#collector === 'reachable') return;
    this.#timeoutMs = LAST_ATTEMPT_TIMEOUT_MS;
  }

  async shutdown(): Promise<void> {
    await this.#sender[Symbol.asyncDispose]();
  }

  #reached(): void {
    if (this.#collector === 'away') {
      this.#logger.info({ endpoint: this.#settings.url }, 'the trace collector answers again');
    }
    this.#collector = 'reachable';
  }

  #failed(error: Error): void {
    if (this.#collector === 'away') return;
    this.#collector = 'away';
    this.#logger.warn(
      { endpoint: this.#settings.url, reason: reasonOf(error) },
      'no trace collector answers: spans are dropped until one does',
    );
  }
}

// Private:

/** A refused connection to `localhost` is an AggregateError without a message: its code says it. */
function reasonOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.message || 'no answer';
}
