import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, metric, type Registry } from '@tributary/telemetry';
import type { ArmLedger, SplitCounts } from '../canary/index.ts';
import type { Generations } from '../supergraph/index.ts';

/** As a registry takes it: POST /v1/environments/:environment/gateways. */
export interface GatewayReport {
  /** Of this process, another after each start. */
  readonly gateway: string;
  /** Rises with each report; one that is sent again has the number it had. */
  readonly sequence: number;
  readonly serves: readonly string[];
  readonly canary?: SplitCounts | undefined;
}

/** Sends one report. Resolves to false when the registry refuses it for good; rejects when it cannot be reached. */
export type SendReport = (report: GatewayReport, signal: AbortSignal) => Promise<boolean>;

export interface GatewayReporterOptions {
  readonly send: SendReport;
  readonly ledger: ArmLedger;
  readonly generations: Pick<Generations, 'digests'>;
  readonly logger: Logger;
  readonly registry: Registry;
  /** A third of a lease. Varied by a fifth, so that gateways that start together do not stay together. */
  readonly intervalMs?: number;
  /** After a change of what is served: several at once are one report. */
  readonly settleMs?: number;
}

export interface GatewayReporter extends AsyncDisposable {
  readonly gateway: string;
  /** What is served has changed: the registry may be waiting for it. */
  changed(): void;
}

/** Counts that wait while the registry is away; older ones are dropped, which costs the registry some of its certainty. */
const MOST_WAITING = 8;
const LAST_REPORT_MS = 2_000;
const SEND_TIMEOUT_MS = 10_000;

/**
 * Tells the registry that this gateway lives, what it serves, and what both arms of a canary did. A report that was not
 * answered is sent again under its number, so that it counts once; meanwhile the next counts gather in the ledger. The
 * last one, at disposal, gives up the lease: dispose it after the last request.
 */
export function createGatewayReporter(options: GatewayReporterOptions): GatewayReporter {
  const { send, ledger, generations, logger, intervalMs = 5_000, settleMs = 100 } = options;
  const reports = metric(options.registry, 'gateway_reports_total');
  const gateway = `${hostname()
    .replace(/[^\w.-]/g, '_')
    .slice(0, 60)}-${randomUUID().slice(0, 13)}`;
  const ended = new AbortController();
  let sequence = 0;
  let waiting: { readonly sequence: number; readonly canary: SplitCounts }[] = [];
  let isAway = false;
  let wake: (() => void) | undefined;
  let hasChanged = false;

  function gather(): void {
    for (const canary of ledger.take()) waiting.push({ sequence: ++sequence, canary });
    const dropped = waiting.length - MOST_WAITING;
    if (dropped <= 0) return;
    waiting = waiting.slice(dropped);
    reports.inc({ outcome: 'dropped' }, dropped);
  }

  async function post(report: GatewayReport, signal: AbortSignal): Promise<void> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    const isAccepted = await send(report, within);
    reports.inc({ outcome: isAccepted ? 'accepted' : 'dropped' });
    if (!isAccepted) tellAway('the registry refuses reports of this gateway');
    else if (isAway) {
      isAway = false;
      logger.info('the registry takes reports again');
    }
  }

  function tellAway(reason: string): void {
    if (!isAway) logger.warn({ reason }, 'cannot report to the registry');
    isAway = true;
  }

  /** The oldest counts first. Nothing is lost of what is not answered. */
  async function report(serves: readonly string[], signal: AbortSignal): Promise<void> {
    gather();
    try {
      if (waiting.length === 0) await post({ gateway, sequence: ++sequence, serves }, signal);
      while (waiting[0] !== undefined) {
        // Nothing else takes from `waiting` while this waits: there is one report at a time.
        await post({ gateway, serves, ...waiting[0] }, signal);
        waiting.shift();
      }
    } catch (error) {
      if (signal.aborted) return;
      reports.inc({ outcome: 'failed' });
      tellAway((error as Error).message);
    }
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      hasChanged = false;
      await report(generations.digests, ended.signal);
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, intervalMs * (0.8 + 0.4 * Math.random()));
      if (hasChanged || ended.signal.aborted) resolve();
      await promise;
      clearTimeout(timer);
      if (!ended.signal.aborted)
        await delay(settleMs * Math.random(), undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    gateway,
    changed() {
      hasChanged = true;
      wake?.();
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      wake?.();
      await running;
      await report([], AbortSignal.timeout(LAST_REPORT_MS));
    },
  };
}
