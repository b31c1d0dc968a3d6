import type { Kysely } from 'kysely';
import { readServed, type Served } from '../store/deliveries.ts';
import type { Tables } from '../store/tables.ts';

export interface WaitForChange {
  readonly environment: string;
  /** Whether this is another one than the caller has. */
  readonly isNews: (served: Served) => boolean;
  readonly signal: AbortSignal;
}

/** What gateways are to serve, and the moment in which that changes. */
export interface LiveSupergraph extends Disposable {
  read(environment: string): Promise<Served | undefined>;
  /** What is served as soon as it is news to the caller; undefined when the signal ends the wait. */
  waitForChange(wait: WaitForChange): Promise<Served | undefined>;
  /** Something was released here: look now. */
  wake(environment: string): void;
}

export interface LiveSupergraphOptions {
  readonly db: Kysely<Tables>;
  /** How soon a release of another registry on this database is seen. */
  readonly pollMs?: number;
  readonly onError: (error: unknown) => void;
}

/**
 * One statement per interval asks for all who wait, and none while nobody does. LISTEN would need a connection of its own,
 * which an embedded database and a pooler between do not give.
 */
export function createLiveSupergraph({ db, pollMs = 500, onError }: LiveSupergraphOptions): LiveSupergraph {
  const waiting = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let lookAgain = false;

  async function look(): Promise<void> {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    try {
      do {
        lookAgain = false;
        if (waiting.size > 0) await answer();
      } while (lookAgain);
    } catch (error) {
      // The database is away: those who wait keep waiting, and find it again or run out of time.
      onError(error);
    } finally {
      looking = false;
      if (waiting.size > 0) timer = setTimeout(() => void look(), pollMs);
    }
  }

  async function answer(): Promise<void> {
    const all = await readServed(db, [...new Set([...waiting].map(({ environment }) => environment))]);
    for (const waiter of waiting) {
      const served = all.get(waiter.environment);
      if (served !== undefined && waiter.isNews(served)) waiter.resolve(served);
    }
  }

  return {
    read: async (environment) => (await readServed(db, [environment])).get(environment),
    async waitForChange({ environment, isNews, signal }) {
      const { promise, resolve } = Promise.withResolvers<Served | undefined>();
      const waiter = { environment, isNews, resolve };
      const giveUp = () => resolve(undefined);
      waiting.add(waiter);
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      void look();
      try {
        return await promise;
      } finally {
        waiting.delete(waiter);
        signal.removeEventListener('abort', giveUp);
      }
    },
    wake: () => void look(),
    [Symbol.dispose]() {
      for (const { resolve } of waiting) resolve(undefined);
      waiting.clear();
      clearTimeout(timer);
    },
  };
}

// Private:

interface Waiter {
  readonly environment: string;
  readonly isNews: (served: Served) => boolean;
  readonly resolve: (served: Served | undefined) => void;
}
