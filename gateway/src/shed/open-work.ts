/**
 * CPU time that may be open in requests at once while the event loop is full. What is begun beyond that is done no sooner, but all that it
 * holds is copied by one collection after the other: a list of ten thousand costs twice as much where sixteen are open instead of two.
 */
const OPEN_MS = 2.5;
/** So much work is no crowd, open and waiting together: paced, each turn would do less, and all of it would be done later. */
const FEW_MS = 5;
/** One may wait for its subgraphs while another one is worked on. */
const LEAST_OPEN = 2;
/**
 * Who has been open for so many times as long as all that may be open takes, at least a tenth of a second, waits for a subgraph, and holds
 * nothing that is new: such requests must not hold others up.
 */
const OPEN_FOR = 5;
/**
 * Where the event loop sleeps while others wait to begin, those that are open wait for subgraphs, and more of them may be: until it sleeps
 * for hardly a tenth of the time. After so much sleep, or work, that number is e times as high, or low.
 */
const STRETCH_SLEEP_MS = 40;
const STRETCH_WORK_MS = 400;
const MOST_STRETCH = 16;
/** Of what was seen before, what still counts at the next look. */
const REMEMBERED = 0.95;
/** Until the first request has ended. */
const FIRST_MOST = 64;
/** Clocks may stand still between two looks. */
const LEAST_COST_MS = 0.001;

/** How many requests are open that want the event loop, and whether there is room for one more. */
export class OpenWork {
  /** Begun and not ended, each counting less the longer ago it was begun. */
  #open = 0;
  /** Begun and not ended, whatever they wait for. */
  #inFlight = 0;
  #busyMs = 0;
  #ended = 0;
  /** In this turn. */
  #endedNow = 0;
  #most = FIRST_MOST;
  #stretch = 1;
  #costMs = OPEN_MS / FIRST_MOST;
  #openForMs = OPEN_FOR * OPEN_MS;
  #settledMs = 0;

  /** Requests that may be open. */
  get most(): number {
    return this.#most;
  }

  /** CPU time that a request takes, of late. */
  get costMs(): number {
    return this.#costMs;
  }

  get hasRoom(): boolean {
    return this.#open < this.#most * this.#stretch;
  }

  /** Whether there is little to do, where so many wait and so many have begun in this turn. Not before it is known what a request costs. */
  areFew(waiting: number, begun: number): boolean {
    const all = Math.max(this.#inFlight, begun) + waiting;
    return this.#ended > 0 && all * this.#costMs <= FEW_MS;
  }

  begun(): void {
    this.#inFlight++;
    this.#open++;
  }

  ended(): void {
    this.#inFlight--;
    this.#endedNow++;
    this.#open = Math.max(0, this.#open - 1);
  }

  /** Where the event loop had time: what ended until then tells nothing of what a full turn gets done. */
  rested(): void {
    this.#endedNow = 0;
  }

  /** From time to time, with the time that has passed since, while the event loop is full: what a request costs follows from it. */
  worked(busyMs: number): void {
    this.#busyMs = this.#busyMs * REMEMBERED + busyMs;
    this.#ended = this.#ended * REMEMBERED + this.#endedNow;
    this.#endedNow = 0;
    if (this.#ended === 0) return;
    this.#costMs = Math.max(LEAST_COST_MS, this.#busyMs / this.#ended);
    this.#most = Math.max(LEAST_OPEN, OPEN_MS / this.#costMs);
    this.#openForMs = OPEN_FOR * Math.max(OPEN_MS, LEAST_OPEN * this.#costMs);
  }

  /** From time to time while requests wait to begin: for so long the event loop has worked, and slept, since. */
  heldBack(busyMs: number, sleptMs: number): void {
    const factor = 1 + sleptMs / STRETCH_SLEEP_MS - busyMs / STRETCH_WORK_MS;
    this.#stretch = Math.min(MOST_STRETCH, Math.max(1, this.#stretch * factor));
  }

  /** To be called before anything is asked. */
  settle(nowMs: number): void {
    this.#open *= Math.max(0, 1 - (nowMs - this.#settledMs) / this.#openForMs);
    this.#settledMs = nowMs;
  }
}
