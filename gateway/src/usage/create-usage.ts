import type { IncomingHttpHeaders } from 'node:http';
import { BATCH_LIMITS, type BatchLimits, type ClientUsage, UsageBatch } from './usage-batch.ts';
import { createUsageReporter, type UsageReporterOptions } from './usage-reporter.ts';

export interface UsageOptions extends UsageReporterOptions {
  /** About how often a report is made of what was counted. */
  readonly intervalMs?: number;
  readonly limits?: BatchLimits;
}

/** Counts what clients use, and tells the registry. The end sends what is left. */
export interface Usage extends AsyncDisposable {
  /** Who sent a request, by its headers; for this request only. */
  clientOf(headers: IncomingHttpHeaders): ClientUsage;
}

const INTERVAL_MS = 30_000;

export function createUsage({
  intervalMs = INTERVAL_MS,
  limits = BATCH_LIMITS,
  ...options
}: UsageOptions): Usage {
  const reporter = createUsageReporter(options);
  let batch = new UsageBatch(limits);

  function report(): void {
    const counted = batch.toReport();
    batch = new UsageBatch(limits);
    if (counted !== undefined) reporter.send(counted);
  }

  // Gateways that start together do not report together.
  const timer = setInterval(report, intervalMs * (0.8 + Math.random() * 0.4));
  timer.unref();
  return {
    clientOf(headers) {
      if (batch.isFull) report();
      return batch.clientOf(headers);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      report();
      await reporter[Symbol.asyncDispose]();
    },
  };
}
