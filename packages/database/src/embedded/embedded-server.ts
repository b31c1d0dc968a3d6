import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Progress } from '../progress.ts';
import { type DataDirectory, prepareDataDirectory } from './data-directory.ts';
import { lockDirectory } from './directory-lock.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts';
import { SessionStream } from './session-stream.ts';

/** A PostgreSQL inside this process, on a thread of its own. */
export interface EmbeddedServer extends AsyncDisposable {
  /** For pg's `stream` option. One connection at a time: opening a second one closes the first. */
  connect(): SessionStream;
}

export interface EmbeddedServerOptions {
  /** Where the data lives, created when absent; without it the data is in memory and gone at the end. */
  readonly directory?: string;
  /** The first start in a directory takes a second or more; told before (0 of 1) and after it (1 of 1). */
  readonly onProgress?: (progress: Progress) => void;
}

const STEP = 'creating the embedded database';

/**
 * Starts PGlite in a worker thread, on `directory` or in memory. Rejects with DirectoryLockedError when the directory
 * is in use. Committed data survives kill -9 of the process, not a power cut (PGlite does not fsync). If the
 * worker dies later, open connections fail and the error is thrown as an uncaught exception: a process does not
 * outlive its database.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  await using cleanup = new AsyncDisposableStack();
  let data: DataDirectory | undefined;
  if (options.directory !== undefined) {
    cleanup.use(lockDirectory(options.directory));
    data = prepareDataDirectory(options.directory);
    if (data.isNew) options.onProgress?.({ step: STEP, done: 0, total: 1 });
  }
  const thread = new DatabaseThread({
    ...(data !== undefined && { dataDirectory: data.path }),
    create: data?.isNew ?? true,
  });
  cleanup.use(thread);
  await thread.ready().catch((cause: unknown) => {
    const where = options.directory === undefined ? 'in memory' : `in ${options.directory}`;
    throw new Error(`the embedded database ${where} does not open: ${String(cause)}`, { cause });
  });
  if (data?.isNew) {
    data.markComplete();
    options.onProgress?.({ step: STEP, done: 1, total: 1 });
  }
  const owned = cleanup.move();
  return { connect: () => thread.connect(), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

class DatabaseThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly #streams = new Map<number, SessionStream>();
  #connections = 0;
  #state: 'starting' | 'running' | 'closing' | 'dead' = 'starting';

  constructor(options: WorkerOptions) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'embedded-postgresql',
      workerData: options,
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'bytes') this.#streams.get(message.connection)?.push(message.bytes);
    });
    this.#worker.on('error', (error) => this.#died(error as Error)); // PGlite throws nothing else
    this.#worker.on('exit', (code) => this.#died(new Error(`its thread ended with exit code ${code}`)));
  }

  async ready(): Promise<void> {
    // The first message is 'ready'; a fault while opening rejects through the worker's 'error' event.
    await Promise.race([
      once(this.#worker, 'message'),
      this.#exited.then(() => {
        throw new Error('its thread ended');
      }),
    ]);
    this.#state = 'running';
  }

  connect(): SessionStream {
    this.#connections += 1;
    const connection = this.#connections;
    const stream: SessionStream = new SessionStream({
      open: () => {
        if (this.#state === 'dead') return void stream.destroy(new Error('the embedded database has died'));
        this.#streams.set(connection, stream);
        this.#post({ type: 'open', connection });
      },
      send: (bytes) => this.#post({ type: 'bytes', connection, bytes }),
      close: () => {
        this.#streams.delete(connection);
        this.#post({ type: 'close', connection });
      },
    });
    return stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'closing';
      this.#post({ type: 'shutdown' });
    } else if (this.#state === 'starting') {
      this.#state = 'closing';
      await this.#worker.terminate();
    }
    await this.#exited;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message, message.type === 'bytes' ? [message.bytes.buffer] : []);
  }

  #died(cause: Error): void {
    if (this.#state === 'closing' || this.#state === 'dead') return;
    const wasRunning = this.#state === 'running';
    this.#state = 'dead';
    const error = new Error(`the embedded database has died: ${cause.message}`, { cause });
    for (const stream of this.#streams.values()) stream.destroy(error);
    this.#streams.clear();
    if (wasRunning) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
