import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { LoadedSupergraph } from '../loaded-supergraph.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';

export interface ThreadLimits {
  readonly maxHeapMb: number;
  readonly startTimeoutMs: number;
}

/** How one planning ended. After 'lost' the thread is gone. */
export type ThreadAnswer =
  | Extract<FromThread, { kind: 'planned' | 'failed' }>
  | { readonly kind: 'lost'; readonly reason: 'timeout' | 'memory' | 'exit' };

/** One thread of a planner. */
export interface PlannerThread extends AsyncDisposable {
  /** Only what the first thread of a supergraph was asked to tell. */
  readonly loaded: LoadedSupergraph | undefined;
  /** Never rejects. One at a time. A thread that has not answered after `timeoutMs` is terminated. */
  plan(request: ToThread, timeoutMs: number): Promise<ThreadAnswer>;
}

const entry = new URL('./planner-thread.ts', import.meta.url);

/** Left to itself it grows as the main thread's does and stays so: 13 MB more for as long as the process lives, for a few plans an hour. */
const YOUNG_MB = 8;

/** Rejects with one line when the supergraph is refused, or reading it takes more time or memory than granted. */
export async function startPlannerThread(data: ThreadData, limits: ThreadLimits): Promise<PlannerThread> {
  const worker = new Worker(entry, {
    name: 'planner',
    workerData: data,
    // Nothing else of the main process's flags or environment is the planner's business.
    env: compileCache(),
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMb, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  let lost: Extract<ThreadAnswer, { kind: 'lost' }> | undefined;
  let settle: ((answer: FromThread | Extract<ThreadAnswer, { kind: 'lost' }>) => void) | undefined;
  const lose = (reason: 'timeout' | 'memory' | 'exit') => {
    lost ??= { kind: 'lost', reason };
    settle?.(lost);
  };
  worker.on('message', (message: FromThread) => settle?.(message));
  worker.on('error', (error: Error & { code?: string }) =>
    lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'exit'),
  );
  worker.on('exit', () => lose('exit'));

  const next = async (timeoutMs: number) => {
    const { promise, resolve } = Promise.withResolvers<Parameters<NonNullable<typeof settle>>[0]>();
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

  const first = await next(limits.startTimeoutMs);
  if (first.kind !== 'ready') {
    await worker.terminate();
    throw new Error(startFailure(first, limits));
  }
  return {
    loaded: first.loaded,
    plan: async (request, timeoutMs) => {
      if (lost === undefined) worker.postMessage(request);
      // The thread answers a request with one of these and nothing else.
      return (await next(timeoutMs)) as ThreadAnswer;
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

function startFailure(answer: FromThread | ThreadAnswer, limits: ThreadLimits): string {
  if (answer.kind === 'refused') return answer.message.replace(/\s+/g, ' ');
  const reason = answer.kind === 'lost' ? answer.reason : 'exit';
  const why = {
    timeout: `took longer than ${limits.startTimeoutMs} ms`,
    memory: `needs more than ${limits.maxHeapMb} MB`,
    exit: 'ended the planner thread',
  };
  return `The supergraph cannot be planned with: reading it ${why[reason]}`;
}

/** Where the process keeps compiled modules, its thread does too: that saves it 25 MB and most of its start. */
function compileCache(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}
