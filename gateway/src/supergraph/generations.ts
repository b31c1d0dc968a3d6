import type { Generation } from './generation.ts';

export interface GenerationLease extends Disposable {
  readonly generation: Generation;
}

interface Held {
  readonly generation: Generation;
  leases: number;
  retired: boolean;
}

/**
 * Hands out the current generation and swaps it for a newer one. A generation that is no longer current ends when
 * its last lease does; requests that begin after `swap` never see it.
 */
export class Generations implements AsyncDisposable {
  #current: Held;
  readonly #ending = new Set<Promise<void>>();
  readonly #held = new Set<Held>();
  #idle: (() => void) | undefined;

  constructor(first: Generation) {
    this.#current = this.#hold(first);
  }

  get current(): Generation {
    return this.#current.generation;
  }

  /** How many generations are alive: 1 unless requests still run on an older one. */
  get size(): number {
    return this.#held.size;
  }

  acquire(): GenerationLease {
    const held = this.#current;
    held.leases++;
    return new Lease(held, this.#endIfUnused);
  }

  swap(next: Generation): void {
    const previous = this.#current;
    this.#current = this.#hold(next);
    previous.retired = true;
    this.#endIfUnused(previous);
  }

  /** Waits for every lease, then ends the current generation too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#current.retired = true;
    this.#endIfUnused(this.#current);
    if (this.#held.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await Promise.all(this.#ending);
  }

  #hold(generation: Generation): Held {
    const held: Held = { generation, leases: 0, retired: false };
    this.#held.add(held);
    return held;
  }

  readonly #endIfUnused = (held: Held): void => {
    if (!held.retired || held.leases > 0 || !this.#held.delete(held)) return;
    const ending = this.#end(held.generation).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    if (this.#held.size === 0) this.#idle?.();
  };

  async #end({ engine }: Generation): Promise<void> {
    await engine[Symbol.asyncDispose]();
  }
}

/** One for each request, so a class: made and ended, an object with closures costs more than twice as much. */
class Lease implements GenerationLease {
  readonly generation: Generation;
  readonly #onEnd: (held: Held) => void;
  #held: Held | undefined;

  constructor(held: Held, onEnd: (held: Held) => void) {
    this.generation = held.generation;
    this.#held = held;
    this.#onEnd = onEnd;
  }

  [Symbol.dispose](): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    held.leases--;
    this.#onEnd(held);
  }
}
