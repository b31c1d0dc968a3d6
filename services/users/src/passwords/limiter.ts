import { currentDeadline } from '@tributary/deadline';

/**
 * Runs at most `concurrency` tasks at a time, lets `maxWaiting` more wait in order, and turns the rest away with `refuse()`.
 * A task whose request ended while it waited is not begun.
 */
export interface Limiter {
  run<T>(task: () => Promise<T>): Promise<T>;
}

export function createLimiter(options: {
  readonly concurrency: number;
  readonly maxWaiting: number;
  readonly refuse: () => Error;
}): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(task) {
      if (running < options.concurrency) running += 1;
      else {
        if (waiting.length >= options.maxWaiting) throw options.refuse();
        // The one that ends hands its place over, so `running` does not change: nobody can slip in between.
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      try {
        currentDeadline()?.throwIfEnded();
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
