import { Lifetime, type LifetimeListener } from '../subgraph/lifetime.ts';

/** Why a turn never came: too many waited, or it waited too long itself. */
export type NoTurn = 'full' | 'late';

export interface WaitOptions {
  readonly needsMs: number;
  readonly longestMs: number;
  /** Of the line. */
  readonly capacity: number;
}

/**
 * Those who wait for a turn. The oldest comes first, until one has waited half of the longest time or there is no room for a
 * further one: then more comes than goes, and served in order all would be served just too late. So from there on the newest
 * comes first, and the oldest go without, until nobody waits any more. (Maurer, "Fail at Scale", 2015: adaptive LIFO.)
 */
export class WaitingLine {
  /** From `#head` on; those that have left stay where they are until it is their turn. */
  #waiters: Waiter[] = [];
  #head = 0;
  #length = 0;
  #isOverloaded = false;

  get length(): number {
    return this.#length;
  }

  /**
   * Resolves when it is this one's turn. Rejects with NoTurn, or with the lifetime's reason. What needs longer than its
   * lifetime has left is not let through.
   */
  wait(lifetime: Lifetime, { needsMs, longestMs, capacity }: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (lifetime.hasEnded) return reject(lifetime.reason);
      if (lifetime.remainingMs < needsMs) return reject('late' satisfies NoTurn);
      if (this.#length >= capacity) {
        this.#isOverloaded = true;
        this.#takeOldest()?.refuse('full');
      }
      if (this.#waiters.length >= 2 * capacity) this.#compact();
      this.#length++;
      this.#waiters.push(new Waiter(lifetime, { needsMs, longestMs }, resolve, reject, this.#left));
    });
  }

  /** Whoever can still be answered in time takes its turn. False when there is none. */
  next(): boolean {
    for (;;) {
      const waiter = this.#take();
      if (waiter === undefined) return false;
      if (waiter.isLate) waiter.refuse('late');
      else {
        waiter.go();
        return true;
      }
    }
  }

  #take(): Waiter | undefined {
    if (!this.#isOverloaded) {
      const oldest = this.#takeOldest();
      if (!oldest?.hasWaitedLong) return oldest;
      this.#isOverloaded = true;
      return oldest;
    }
    for (;;) {
      const newest = this.#waiters.length > this.#head ? this.#waiters.pop() : undefined;
      if (newest === undefined || newest.isWaiting) return newest;
    }
  }

  #takeOldest(): Waiter | undefined {
    while (this.#head < this.#waiters.length) {
      const oldest = this.#waiters[this.#head++] as Waiter;
      if (oldest.isWaiting) return oldest;
    }
    return undefined;
  }

  #compact(): void {
    this.#waiters = this.#waiters.slice(this.#head).filter((each) => each.isWaiting);
    this.#head = 0;
  }

  readonly #left = (): void => {
    this.#length--;
    if (this.#length > 0) return;
    this.#waiters = [];
    this.#head = 0;
    this.#isOverloaded = false;
  };
}

// Private:

class Waiter implements LifetimeListener {
  readonly #request: Lifetime;
  readonly #needsMs: number;
  readonly #longSinceMs: number;
  readonly #patience: Lifetime;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  readonly #left: () => void;
  isWaiting = true;

  constructor(
    request: Lifetime,
    { needsMs, longestMs }: Omit<WaitOptions, 'capacity'>,
    resolve: () => void,
    reject: (reason: unknown) => void,
    left: () => void,
  ) {
    this.#request = request;
    this.#needsMs = needsMs;
    this.#longSinceMs = performance.now() + longestMs / 2;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#left = left;
    this.#patience = new Lifetime(longestMs, request);
    this.#patience.add(this);
  }

  get hasWaitedLong(): boolean {
    return performance.now() >= this.#longSinceMs;
  }

  get isLate(): boolean {
    return this.#request.remainingMs < this.#needsMs;
  }

  go(): void {
    if (this.#leave()) this.#resolve();
  }

  refuse(why: NoTurn): void {
    if (this.#leave()) this.#reject(why);
  }

  lifetimeEnded(reason: unknown): void {
    if (this.#leave()) this.#reject(this.#request.hasEnded ? reason : 'late');
  }

  #leave(): boolean {
    if (!this.isWaiting) return false;
    this.isWaiting = false;
    this.#patience.complete();
    this.#left();
    return true;
  }
}
