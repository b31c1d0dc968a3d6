import { OpenWork } from './open-work.ts';

/** What a turn of the event loop may take when more waits than fits: as long as nobody feels, and long enough to be worth its overhead. */
const TURN_MS = 5;
/** In a turn so short nothing else was to do: who is open waits for subgraphs. */
const SHORT_TURN_MS = 1;
const FIRST_PER_TURN = 64;
const MOST_PER_TURN = 1_000;
const GROWTH = 1.1;
const DEEPEST_CUT = 0.5;

interface Waiting {
  readonly begin: () => void;
  readonly sinceMs: number;
}

/**
 * Lets requests begin only as fast as the event loop gets on: what has begun goes first, and what has not waits here, where it is no more
 * than a head. Begun all at once, a thousand requests are slower each than fifty are: what all of them hold is alive at once, the
 * garbage collector copies it again and again, and a moment's backlog becomes one that stays.
 *
 * How many begin in a turn follows from how long turns are, while anyone waits, and from how much work is open already; nothing waits
 * while the event loop has time.
 */
export class StartLine {
  #waiting: Waiting[] = [];
  #head = 0;
  #perTurn = FIRST_PER_TURN;
  #begun = 0;
  #isTurning = false;
  #turnedMs = 0;
  readonly #open = new OpenWork();
  readonly #idleClock: () => number;
  #idleMs = 0;

  /** `idleClock` tells for how long the event loop has had nothing to do. */
  constructor(idleClock: () => number) {
    this.#idleClock = idleClock;
  }

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** How long the first in the line has waited; 0 where there is none. */
  waitedMs(nowMs: number): number {
    const first = this.#waiting[this.#head];
    return first === undefined ? 0 : nowMs - first.sinceMs;
  }

  /** Calls `begin`: at once where there is room in this turn, else in its order in one of the next. */
  enter(begin: () => void, nowMs: number): void {
    // To be called at the end of a turn has its price, and only a crowd is worth it. Where the event loop has slept, there is none.
    const idleMs = this.#idleClock();
    const hasSlept = idleMs !== this.#idleMs;
    if (hasSlept && this.length === 0) {
      this.#idleMs = idleMs;
      this.#begun = 0;
      this.#turnedMs = nowMs;
      this.#open.rested();
    }
    this.#open.settle(nowMs);
    if (this.length === 0 && this.#begun < this.#perTurn && (hasSlept || this.#open.hasRoom)) {
      this.#begin(begin);
      return;
    }
    this.#waiting.push({ begin, sinceMs: nowMs });
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  /** What has begun is done. */
  ended(): void {
    this.#open.ended();
  }

  // Private:

  readonly #turn = (): void => {
    const nowMs = performance.now();
    const turnMs = nowMs - this.#turnedMs;
    if (this.length > 0) this.#adapt(turnMs);
    this.#open.settle(nowMs);
    // At least some, so that it is busy again; not so many that all of them are open then.
    const more = turnMs < SHORT_TURN_MS ? this.#open.most / 4 : 0;
    this.#begun = 0;
    this.#turnedMs = nowMs;
    this.#isTurning = this.length > 0;
    if (!this.#isTurning) return;
    setImmediate(this.#turn);
    while (this.length > 0 && this.#begun < this.#perTurn && (this.#begun < more || this.#open.hasRoom)) {
      this.#begin(this.#take().begin);
    }
  };

  #begin(begin: () => void): void {
    this.#begun++;
    this.#open.begun();
    begin();
  }

  #adapt(turnMs: number): void {
    this.#open.turned(turnMs);
    const factor = turnMs > TURN_MS ? Math.max(DEEPEST_CUT, TURN_MS / turnMs) : GROWTH;
    this.#perTurn = Math.min(MOST_PER_TURN, Math.max(1, this.#perTurn * factor));
  }

  #take(): Waiting {
    const first = this.#waiting[this.#head++] as Waiting;
    // Those that have begun are let go of from time to time, not each at the cost of moving all others.
    if (this.#head === this.#waiting.length || this.#head > MOST_PER_TURN) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
