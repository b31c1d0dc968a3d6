import type { Rank } from './criticality.ts';
import { OpenWork } from './open-work.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

/**
 * What a turn of the event loop may take when more waits than fits: a request is as late as all the turns that it takes, and with turns of
 * 5 ms the answers given at three times the load came after 20 to 28 ms, with these after 2.5 to 4.
 */
const TURN_MS = 0.5;
/** Turns may be long for other reasons than what begins, refusing a thousand who have waited too long: of such a turn so much begins in the next. */
const LEAST_OF_TURN = 1 / 4;
/** After so long a rest there is no crowd, however much is open. */
const REST_MS = 1;
/** Where there is no room and nothing ends: how soon to see whether the event loop sleeps. */
const WAKE_MS = 1;
const FIRST_PER_TURN = 64;
const MOST_PER_TURN = 1_000;
const GROWTH = 1.1;
const DEEPEST_CUT = 0.5;

/** Of the longest wait, what is left where more comes than can begin: the newest begin first, and who has not by then hardly ever will, or late. */
const CROWDED = 1 / 25;

/** How often the line is asked whether it has grown. */
const LOOK_MS = 30;

/**
 * A crowd is over when, since it was last looked at, hardly any have been refused or the event loop has slept for much of the time. Not
 * when nobody waits for a moment: clients that stand still together for ten milliseconds come back together, and would wait in the order
 * of a backlog again.
 */
const CROWD_LOOK_MS = 100;
const HARDLY_ANY = 0.1;
const MUCH_SLEEP = 0.5;

export interface StartLineOptions {
  /** For how long the event loop has had nothing to do, in milliseconds. */
  readonly idleClock: () => number;
  /** How long one may wait where more comes than can begin; Infinity: for ever. */
  readonly longestWaitMs: () => number;
}

/**
 * Lets requests begin only as fast as the event loop gets on: what has begun goes first, and what has not waits here, where it is no more
 * than a head. Begun all at once, a thousand requests are slower each than fifty are: what all of them hold is alive at once, the
 * garbage collector copies it again and again, and a moment's backlog becomes one that stays.
 *
 * How many begin in a turn follows from how long turns are, while anyone waits, and from how much work is open already; nothing waits
 * while the event loop has time, nor while all that is there is little.
 *
 * What matters most begins first. Of equals it is the one that has waited longest, as long as the line does not grow: a backlog
 * is worked off. Where it grows, not all of them can begin in time, and then it is the newest (adaptive LIFO): most are answered at once and
 * the others refused when they have waited long enough, instead of all being late.
 */
export class StartLine {
  readonly #waiting = new WaitingLine();
  #perTurn = FIRST_PER_TURN;
  #begun = 0;
  #isTurning = false;
  /** Set while there is no room: the next turn is when something ends, or when the event loop may have slept. */
  #wake: NodeJS.Timeout | undefined;
  #turnedMs = 0;
  /** When it was last told how long the event loop has worked. */
  #workedMs = 0;
  readonly #open = new OpenWork();
  readonly #options: StartLineOptions;
  #idleMs = 0;
  /** Requests for which the event loop has had the time, asleep, while they waited. */
  #missed = 0;
  #isCrowded = false;
  /** When it was last asked whether the crowd is over, what the idle clock said, and what has become of those that came since. */
  #askedMs = 0;
  #idleThenMs = 0;
  #begunSince = 0;
  #refusedSince = 0;
  /** 0: not yet. */
  #lookedMs = 0;
  #lengthThen = 0;

  constructor(options: StartLineOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether more comes than can begin. Then nobody waits for longer than they may. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** How long the first in the line has waited; 0 where there is none. */
  waitedMs(nowMs: number): number {
    const { sinceMs } = this.#waiting;
    return sinceMs === undefined ? 0 : nowMs - sinceMs;
  }

  /** Calls `begin`: at once where there is room in this turn, else in one of the next. Or, in one of those, `refuse`. */
  enter(rank: Rank, begin: () => void, refuse: () => void, nowMs: number): void {
    // To be called at the end of a turn has its price, and only a crowd is worth it. Where the event loop has slept, there is none.
    let sleptMs = 0;
    if (this.length === 0) {
      const idleMs = this.#options.idleClock();
      sleptMs = idleMs - this.#idleMs;
      this.#idleMs = idleMs;
      if (sleptMs === 0) this.#worked(nowMs, 0);
      else this.#rested(nowMs);
    }
    this.#open.settle(nowMs);
    const hasRoom = sleptMs >= REST_MS || this.#open.hasRoom;
    if (this.length === 0 && (this.#areFew(1) || (this.#begun < this.#perTurn && hasRoom))) {
      this.#begin(begin);
      return;
    }
    // Those that come at once are one backlog: it is looked at when all of them are there, and may grow from then on.
    if (this.length === 0) this.#lookedMs = 0;
    this.#waiting.add({ rank, sinceMs: nowMs, begin, refuse });
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  /** What has begun is done. */
  ended(): void {
    this.#open.ended();
    if (this.#wake === undefined) return;
    clearTimeout(this.#wake);
    this.#wake = undefined;
    setImmediate(this.#turn);
  }

  // Private:

  readonly #turn = (): void => {
    const nowMs = performance.now();
    const idleMs = this.#options.idleClock();
    const turnMs = nowMs - this.#turnedMs;
    const sleptMs = idleMs - this.#idleMs;
    if (this.length > 0) {
      this.#worked(nowMs, sleptMs);
      this.#open.heldBack(turnMs - sleptMs, sleptMs);
      this.#adapt(turnMs - sleptMs, sleptMs > 0);
    }
    this.#open.settle(nowMs);
    // However much is open, time is not to be lost: who is open waits for subgraphs.
    if (this.length > 0) this.#missed = Math.min(MOST_PER_TURN, this.#missed + sleptMs / this.#open.costMs);
    const missed = Math.floor(this.#missed);
    this.#begun = 0;
    this.#turnedMs = nowMs;
    this.#idleMs = idleMs;
    this.#wake = undefined;
    this.#follow(nowMs, idleMs);
    const which = this.#isCrowded ? 'newest' : 'oldest';
    const hasRoom = () => this.#begun < this.#perTurn && this.#open.hasRoom;
    while (this.length > 0 && (this.#begun < missed || hasRoom() || this.#areFew(this.length))) {
      this.#begin((this.#waiting.take(which) as Waiting).begin);
    }
    this.#missed = this.length === 0 ? 0 : this.#missed - Math.min(missed, this.#begun);
    this.#isTurning = this.length > 0;
    if (!this.#isTurning) return;
    if (this.#open.hasRoom) setImmediate(this.#turn);
    else this.#wake = setTimeout(this.#turn, WAKE_MS);
  };

  #begin(begin: () => void): void {
    this.#begun++;
    this.#begunSince++;
    this.#open.begun();
    begin();
  }

  #areFew(waiting: number): boolean {
    return !this.#isCrowded && this.#open.areFew(waiting, this.#begun);
  }

  #rested(nowMs: number): void {
    this.#begun = 0;
    this.#turnedMs = nowMs;
    this.#workedMs = nowMs;
    this.#open.rested();
  }

  #worked(nowMs: number, sleptMs: number): void {
    this.#open.worked(nowMs - this.#workedMs - sleptMs);
    this.#workedMs = nowMs;
  }

  #adapt(turnMs: number, hasSlept: boolean): void {
    // A turn in which there was time for sleep has kept nobody waiting.
    const factor = turnMs > TURN_MS && !hasSlept ? Math.max(DEEPEST_CUT, TURN_MS / turnMs) : GROWTH;
    const least = Math.max(1, (turnMs * LEAST_OF_TURN) / this.#open.costMs);
    this.#perTurn = Math.min(MOST_PER_TURN, Math.max(least, this.#perTurn * factor));
  }

  /** Sees whether more comes than can begin, and refuses who has waited too long then. */
  #follow(nowMs: number, idleMs: number): void {
    const longestMs = this.#options.longestWaitMs();
    if (this.#isCrowded && nowMs - this.#askedMs >= CROWD_LOOK_MS) {
      const hasSlept = idleMs - this.#idleThenMs >= (nowMs - this.#askedMs) * MUCH_SLEEP;
      const areFewRefused = this.#refusedSince <= (this.#begunSince + this.#refusedSince) * HARDLY_ANY;
      this.#isCrowded = !hasSlept && !areFewRefused;
      this.#watchCrowd(nowMs, idleMs);
    }
    if (nowMs - this.#lookedMs >= LOOK_MS) {
      const isGrowing = this.#lookedMs > 0 && this.length > this.#lengthThen;
      if (!this.#isCrowded && isGrowing && this.waitedMs(nowMs) >= longestMs) {
        this.#isCrowded = true;
        this.#watchCrowd(nowMs, idleMs);
      }
      this.#lookedMs = nowMs;
      this.#lengthThen = this.length;
    }
    while (this.#isCrowded) {
      const late = this.#waiting.takeBefore(nowMs - longestMs * CROWDED);
      if (late === undefined) break;
      this.#refusedSince++;
      late.refuse();
    }
  }

  #watchCrowd(nowMs: number, idleMs: number): void {
    this.#askedMs = nowMs;
    this.#idleThenMs = idleMs;
    this.#begunSince = 0;
    this.#refusedSince = 0;
  }
}
