import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { addTallies, NOTHING, type Tally } from './tally.ts';

export interface RunOptions {
  readonly cases: number;
  readonly seed: string;
  readonly workers: number;
  /** For a federation; one that takes longer is given up, as its planner may never end. */
  readonly patienceMs: number;
  onProgress(tally: Tally): void;
}

export interface RunReport {
  readonly tally: Tally;
  /** Seeds of federations that took too long, or all memory. */
  readonly givenUp: readonly string[];
}

/** Judges federations in threads until there have been enough cases. What is judged depends on the seed and the number alone. */
export async function runAll(options: RunOptions): Promise<RunReport> {
  const { cases, seed, workers, patienceMs, onProgress } = options;
  let tally = NOTHING;
  let next = 0;
  const givenUp: string[] = [];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      let worker = startWorker();
      while (tally.cases < cases) {
        const federation = `${seed}.${next++}`;
        const part = await judge(worker, federation, patienceMs);
        if (part === undefined) {
          givenUp.push(federation);
          await worker.terminate();
          worker = startWorker();
        } else {
          tally = addTallies(tally, part);
          onProgress(tally);
        }
      }
      await worker.terminate();
    }),
  );
  return { tally, givenUp };
}

function startWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 1500 },
  });
}

async function judge(worker: Worker, federation: string, patienceMs: number): Promise<Tally | undefined> {
  worker.postMessage(federation);
  try {
    const [tally] = (await once(worker, 'message', { signal: AbortSignal.timeout(patienceMs) })) as [Tally];
    return tally;
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (name === 'AbortError' || code === 'ERR_WORKER_OUT_OF_MEMORY') return undefined;
    throw error;
  }
}
