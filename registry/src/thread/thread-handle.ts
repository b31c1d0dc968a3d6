import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.ts';

export type LossReason = 'timeout' | 'memory' | 'exit';
/** How one task ended. After 'lost' the thread is gone. */
export type ThreadAnswer =
  | Extract<FromThread, { kind: 'done' | 'failed' }>
  | { readonly kind: 'lost'; readonly reason: LossReason };

/** One thread that reads schemas. */
export interface ThreadHandle extends AsyncDisposable {
  /** Never rejects. One at a time. A thread that has not answered after `timeoutMs` is terminated. */
  perform(task: ToThread, timeoutMs: number): Promise<ThreadAnswer>;
}

const entry = new URL('./schema-thread.ts', import.meta.url);
/** Importing Apollo's composition takes a second on a busy machine; this is for one that hangs. */
const START_TIMEOUT_MS = 60_000;

export async function startThread(maxHeapMb: number): Promise<ThreadHandle> {
  const worker = new Worker(entry, {
    name: 'schemas',
    // Nothing of the main process's flags or environment, secrets above all, is this thread's business.
    env: compileCache(),
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: maxHeapMb,
      // Composition makes garbage all the way: with more room for it a tenth less of the time is collecting.
      maxYoungGenerationSizeMb: 64,
      stackSizeMb: STACK_MB,
    },
  });
  type Lost = Extract<ThreadAnswer, { kind: 'lost' }>;
  let lost: Lost | undefined;
  let settle: ((answer: FromThread | Lost) => void) | undefined;
  const lose = (reason: LossReason) => {
    lost ??= { kind: 'lost', reason };
    settle?.(lost);
  };
  worker.on('message', (message: FromThread) => settle?.(message));
  worker.on('error', (error: Error & { code?: string }) =>
    lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'exit'),
  );
  worker.on('exit', () => lose('exit'));

  const next = async (timeoutMs: number) => {
    const { promise, resolve } = Promise.withResolvers<FromThread | Lost>();
    settle = resolve;
    if (lost !== undefined) return lost;
    const timer = setTimeout(() => {
      lose('timeout');
      void worker.terminate();
    }, timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      settle = undefined;
    }
  };

  const first = await next(START_TIMEOUT_MS);
  if (first.kind !== 'ready') {
    await worker.terminate();
    throw new Error('The thread that reads schemas does not start');
  }
  return {
    perform: async (task, timeoutMs) => {
      if (lost === undefined) worker.postMessage(task);
      // The thread answers a task with one of these and nothing else.
      return (await next(timeoutMs)) as ThreadAnswer;
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

// Private:

/** Composition recurses as deep as selections and types are nested: a deep schema must end as an error, not a crash. */
const STACK_MB = 16;

/** Where the process keeps compiled modules, its threads do too: that saves memory and most of their start. */
function compileCache(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}
