import { Lifetime } from '../subgraph/lifetime.ts';

export interface RefreshesOptions {
  /** Most at once. */
  readonly limit: number;
  readonly timeoutMs: number;
  /** How long what could not be refreshed is left alone. */
  readonly pauseMs: number;
}

export type RefreshOutcome = 'ok' | 'failed' | 'skipped';

/**
 * Runs what nobody waits for: bounded in number and time, one for a key at once. Disposal ends those that run.
 */
export class Refreshes implements Disposable {
  readonly #options: RefreshesOptions;
  readonly #onDone: (outcome: RefreshOutcome) => void;
  readonly #busy = new Set<string>();
  readonly #all = new Lifetime(Infinity);
  #running = 0;

  constructor(options: RefreshesOptions, onDone: (outcome: RefreshOutcome) => void) {
    this.#options = options;
    this.#onDone = onDone;
  }

  /** Whether nobody refreshes the key, or has just failed to. */
  isFree(key: string): boolean {
    return !this.#busy.has(key);
  }

  start(keys: readonly string[], refresh: (lifetime: Lifetime) => Promise<void>): void {
    if (this.#running >= this.#options.limit || this.#all.hasEnded) this.#onDone('skipped');
    else void this.#run(keys, refresh);
  }

  [Symbol.dispose](): void {
    this.#all.end();
  }

  async #run(keys: readonly string[], refresh: (lifetime: Lifetime) => Promise<void>): Promise<void> {
    const { timeoutMs, pauseMs } = this.#options;
    for (const key of keys) this.#busy.add(key);
    this.#running++;
    try {
      using lifetime = new Lifetime(timeoutMs, this.#all);
      await refresh(lifetime);
      this.#free(keys);
      this.#onDone('ok');
    } catch {
      // The policies inside have counted and logged it. What is stale stays so.
      setTimeout(() => this.#free(keys), pauseMs).unref();
      this.#onDone('failed');
    } finally {
      this.#running--;
    }
  }

  #free(keys: readonly string[]): void {
    for (const key of keys) this.#busy.delete(key);
  }
}
