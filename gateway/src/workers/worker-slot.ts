import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '@tributary/telemetry';
import type { FromWorker, ToWorker, WorkerReport } from './messages.ts';
import { createRestartDelay } from './restart-delay.ts';

/** A worker that is busy with one long computation answers late; an operator's probe does not wait for it. */
const REPORT_TIMEOUT_MS = 1_000;

/**
 * The place of one worker: a process that is replaced whenever it dies, for as long as the slot is open.
 */
export class WorkerSlot implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #delayOf = createRestartDelay();
  readonly #reports = new Map<number, (report: WorkerReport) => void>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastReport = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Starts the first worker; resolves with the URL that it serves. Rejects if it dies before it serves. */
  async start(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#fork(resolve, () => reject(new Error('the worker ended while it started')));
    return promise;
  }

  /** Starts a worker and goes on until one of them serves. */
  async startInTheEnd(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#fork(resolve);
    await promise;
  }

  /** Undefined where no worker runs or it does not answer. */
  async report(): Promise<WorkerReport | undefined> {
    const worker = this.#worker;
    if (!worker?.isConnected()) return undefined;
    const id = ++this.#lastReport;
    const { promise, resolve } = Promise.withResolvers<WorkerReport | undefined>();
    const timer = setTimeout(resolve, REPORT_TIMEOUT_MS, undefined);
    this.#reports.set(id, resolve);
    tell(worker, { kind: 'report', id });
    const report = await promise;
    clearTimeout(timer);
    this.#reports.delete(id);
    return report;
  }

  /** Lets the worker finish what it has, and starts no other one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    tell(worker, { kind: 'drain' });
    await ended;
  }

  #fork(onReady: (url: string) => void, onStillborn?: () => void): void {
    const worker = cluster.fork();
    const startedAt = performance.now();
    const isFirst = onStillborn !== undefined;
    let isReady = false;
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'report') this.#reports.get(message.id)?.(message.report);
      else {
        isReady = true;
        this.#logger.info({ pid: worker.process.pid }, 'a worker serves');
        onReady(message.url);
      }
    });
    // What cannot be sent to a worker that is dying is answered by its exit.
    worker.on('error', () => {});
    worker.on('exit', (code, signal) => {
      this.#worker = undefined;
      if (isFirst && !isReady) onStillborn();
      else if (!this.#isClosed) {
        const delayMs = this.#delayOf(performance.now() - startedAt);
        const { pid } = worker.process;
        this.#logger.error({ pid, code, signal, delayMs }, 'a worker has died and is replaced');
        this.#timer = setTimeout(() => this.#fork(onReady), delayMs);
      }
    });
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
