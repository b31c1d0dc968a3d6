import { setTimeout as wait } from 'node:timers/promises';
import { type Logger, metric, type Registry } from '@tributary/telemetry';
import { request } from 'undici';
import type { Report } from './usage-batch.ts';

export interface UsageReporterOptions {
  /** Of the registry. */
  readonly url: string;
  readonly token: string;
  readonly environment: string;
  readonly logger: Logger;
  readonly registry: Registry;
  /** The first pause after a failure; each is twice the one before, up to `maxPauseMs`. */
  readonly pauseMs?: number;
  readonly maxPauseMs?: number;
  readonly timeoutMs?: number;
  /** What may wait to be sent; the oldest goes first. */
  readonly maxWaiting?: number;
  readonly maxWaitingCharacters?: number;
  /** How long the end waits for what has not been sent. */
  readonly endTimeoutMs?: number;
}

/** Sends reports one after the other, each until the registry has taken it, or there are too many. */
export interface UsageReporter extends AsyncDisposable {
  send(report: Report): void;
}

/** What the registry will refuse again: it does not help to send it again. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);

export function createUsageReporter(options: UsageReporterOptions): UsageReporter {
  const { pauseMs = 1_000, maxPauseMs = 30_000, timeoutMs = 10_000, endTimeoutMs = 1_500 } = options;
  const { maxWaiting = 50, maxWaitingCharacters = 16_000_000, logger } = options;
  const outcomes = metric(options.registry, 'gateway_usage_reports_total');
  const url = `${options.url.replace(/\/+$/, '')}/v1/environments/${encodeURIComponent(options.environment)}/usage`;
  const waiting: string[] = [];
  let waitingCharacters = 0;
  let sending: Promise<void> | undefined;
  let trouble: string | undefined;
  const end = new AbortController();

  /** One line when it begins to fail, one when it goes on. */
  function tell(reason: string | undefined): void {
    if (reason === trouble) return;
    if (reason !== undefined) logger.warn({ reason }, 'cannot report usage to the registry');
    else logger.info('reports usage to the registry again');
    trouble = reason;
  }

  async function attempt(body: string): Promise<'sent' | 'refused' | 'failed'> {
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.any([end.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await answer.body.dump();
      const { statusCode: status } = answer;
      if (status >= 200 && status < 300) {
        tell(undefined);
        return 'sent';
      }
      tell(`the registry answers ${status}`);
      return status < 500 && !TEMPORARY.has(status) ? 'refused' : 'failed';
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      if (!end.signal.aborted) tell(message || (code ?? 'unknown'));
      return 'failed';
    }
  }

  function take(): void {
    waitingCharacters -= waiting.shift()?.length ?? 0;
  }

  async function sendAll(): Promise<void> {
    let pause = pauseMs;
    for (;;) {
      const [body] = waiting;
      if (body === undefined || end.signal.aborted) return;
      const outcome = await attempt(body);
      if (outcome !== 'failed') {
        outcomes.inc({ outcome: outcome === 'sent' ? 'sent' : 'dropped' });
        if (waiting[0] === body) take();
        pause = pauseMs;
        continue;
      }
      outcomes.inc({ outcome: 'failed' });
      await wait(pause, undefined, { ref: false, signal: end.signal }).catch(() => {});
      pause = Math.min(maxPauseMs, pause * 2);
    }
  }

  return {
    send(report) {
      const body = JSON.stringify(report);
      waiting.push(body);
      waitingCharacters += body.length;
      while (
        waiting.length > 1 &&
        (waiting.length > maxWaiting || waitingCharacters > maxWaitingCharacters)
      ) {
        take();
        outcomes.inc({ outcome: 'dropped' });
      }
      sending ??= sendAll().finally(() => {
        sending = undefined;
      });
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => end.abort(), endTimeoutMs);
      await sending;
      clearTimeout(timer);
      end.abort();
    },
  };
}
