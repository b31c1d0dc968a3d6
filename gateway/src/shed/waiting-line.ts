import { CRITICALITIES, type Rank } from './criticality.ts';
import { Deque } from './deque.ts';

/** A request that was let in and has not begun. Exactly one of its two ends is called. */
export interface Waiting {
  readonly rank: Rank;
  /** As performance.now() says. */
  readonly sinceMs: number;
  readonly begin: () => void;
  readonly refuse: () => void;
}

/** Requests in the order of how much they matter, and within that of their arrival, to be taken from either end. */
export class WaitingLine {
  readonly #ranks = CRITICALITIES.map(() => new Deque<Waiting>());
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(waiting: Waiting): void {
    this.#rank(waiting.rank).add(waiting);
    this.#length++;
  }

  /** Of those that matter most, the one that has come last, or first. */
  take(which: 'newest' | 'oldest'): Waiting | undefined {
    const rank = this.#ranks.find(({ length }) => length > 0);
    if (rank === undefined) return undefined;
    this.#length--;
    return which === 'newest' ? rank.takeNewest() : rank.takeOldest();
  }

  /** One that has come before this moment, whatever it matters. */
  takeBefore(sinceMs: number): Waiting | undefined {
    const rank = this.#ranks.find(({ oldest }) => oldest !== undefined && oldest.sinceMs < sinceMs);
    if (rank === undefined) return undefined;
    this.#length--;
    return rank.takeOldest();
  }

  /** Since when the first has waited; undefined where nobody does. */
  get sinceMs(): number | undefined {
    let first: number | undefined;
    for (const { oldest } of this.#ranks) {
      if (oldest !== undefined && !(first !== undefined && first <= oldest.sinceMs)) first = oldest.sinceMs;
    }
    return first;
  }

  // Private:

  #rank(rank: Rank): Deque<Waiting> {
    return this.#ranks[rank] as Deque<Waiting>;
  }
}
