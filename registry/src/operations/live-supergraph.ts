import type { Kysely } from 'kysely';
import { type LiveRelease, readLive } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';

export interface WaitForChange {
  readonly environment: string;
  /** What the caller has; undefined for nothing. */
  readonly digest: string | undefined;
  readonly signal: AbortSignal;
}

/** What gateways are to serve, and the moment in which that changes. */
export interface LiveSupergraph extends Disposable {
  read(environment: string): Promise<LiveRelease | undefined>;
  /** The live release as soon as it is another than the caller's; undefined when the signal ends the wait. */
  waitForChange(wait: WaitForChange): Promise<LiveRelease | undefined>;
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
    const live = await readLive(db, [...new Set([...waiting].map(({ environment }) => environment))]);
    for (const waiter of waiting) {
      const release = live.get(waiter.environment);
      if (release !== undefined && release.digest !== waiter.digest) waiter.resolve(release);
    }
  }

  return {
    read: async (environment) => (await readLive(db, [environment])).get(environment),
    async waitForChange({ environment, digest, signal }) {
      const { promise, resolve } = Promise.withResolvers<LiveRelease | undefined>();
      const waiter = { environment, digest, resolve };
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
  readonly digest: string | undefined;
  readonly resolve: (release: LiveRelease | undefined) => void;
}
