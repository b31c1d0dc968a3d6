import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '@tributary/telemetry';
import type { Invalidated } from '../cache/response-cache.ts';
import type { FromWorker, ToWorker, WorkerReport } from './messages.ts';
import { createRestartDelay } from './restart-delay.ts';

/** A worker that is busy with one long computation answers late; an operator's probe does not wait for it. */
const REPORT_TIMEOUT_MS = 1_000;
/** Longer than a worker waits for the store that it shares with others. */
const INVALIDATION_TIMEOUT_MS = 5_000;

type Answer = Exclude<FromWorker, { readonly kind: 'ready' }>;

/**
 * The place of one worker: a process that is replaced whenever it dies, for as long as the slot is open.
 */
export class WorkerSlot implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #delayOf = createRestartDelay();
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastId = 0;

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
    const answer = await this.#ask((id) => ({ kind: 'report', id }), REPORT_TIMEOUT_MS);
    return answer?.kind === 'report' ? answer.report : undefined;
  }

  /** A worker that is not there has no cache either. */
  async invalidate(tags: readonly string[]): Promise<Invalidated> {
    if (!this.#worker?.isConnected()) return { entries: 0, isEverywhere: true };
    const answer = await this.#ask((id) => ({ kind: 'invalidate', id, tags }), INVALIDATION_TIMEOUT_MS);
    return answer?.kind === 'invalidated' ? answer.invalidated : { entries: 0, isEverywhere: false };
  }

  /** Ends the worker without a further word. */
  kill(): void {
    this.#worker?.process.kill('SIGKILL');
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

  async #ask(messageWith: (id: number) => ToWorker, timeoutMs: number): Promise<Answer | undefined> {
    const worker = this.#worker;
    if (!worker?.isConnected()) return undefined;
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    const timer = setTimeout(resolve, timeoutMs, undefined);
    this.#asked.set(id, resolve);
    tell(worker, messageWith(id));
    const answer = await promise;
    clearTimeout(timer);
    this.#asked.delete(id);
    return answer;
  }

  #fork(onReady: (url: string) => void, onStillborn?: () => void): void {
    const worker = cluster.fork();
    const startedAt = performance.now();
    const isFirst = onStillborn !== undefined;
    let isReady = false;
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.kind !== 'ready') this.#asked.get(message.id)?.(message);
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
