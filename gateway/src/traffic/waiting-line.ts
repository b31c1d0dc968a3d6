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
 * Those who wait for a turn, newest first. Under overload someone has to go without, and the one who has waited longest is
 * the likeliest to have nobody left who waits for the answer: served in order, all would be served just too late.
 */
export class WaitingLine {
  #waiters: Waiter[] = [];
  #length = 0;

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
      if (this.#length >= capacity) this.#refuseOldest();
      // Those that have left stay where they were until there is a reason to look.
      if (this.#waiters.length >= 2 * capacity)
        this.#waiters = this.#waiters.filter((each) => each.isWaiting);
      this.#length++;
      this.#waiters.push(new Waiter(lifetime, { needsMs, longestMs }, resolve, reject, this.#left));
    });
  }

  /** The newest that can still be answered in time takes its turn. False when there is none. */
  next(): boolean {
    for (;;) {
      const waiter = this.#waiters.pop();
      if (waiter === undefined) return false;
      if (!waiter.isWaiting) continue;
      if (waiter.isLate) waiter.refuse('late');
      else {
        waiter.go();
        return true;
      }
    }
  }

  #refuseOldest(): void {
    while (this.#waiters.length > 0) {
      const oldest = this.#waiters.shift();
      if (!oldest?.isWaiting) continue;
      oldest.refuse('full');
      return;
    }
  }

  readonly #left = (): void => {
    this.#length--;
  };
}

class Waiter implements LifetimeListener {
  readonly #request: Lifetime;
  readonly #needsMs: number;
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
    this.#resolve = resolve;
    this.#reject = reject;
    this.#left = left;
    this.#patience = new Lifetime(longestMs, request);
    this.#patience.add(this);
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
