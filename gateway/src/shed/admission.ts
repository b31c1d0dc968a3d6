import { BACKGROUND, CRITICAL, DEFAULT, type Rank } from './criticality.ts';

export interface AdmissionLimits {
  /** A wait for the event loop that, when it lasts, means too much work. Infinity: none does. */
  readonly targetDelayMs: number;
  /** With fewer requests in flight it is not they that make the event loop late. */
  readonly minInFlight: number;
  readonly maxInFlight: number;
}

export type ShedReason = 'event_loop' | 'in_flight';

/** Of maxInFlight, what each rank may fill: the last places are for those that matter more. */
const SHARE_OF_PLACES = { [CRITICAL]: 1, [DEFAULT]: 0.9, [BACKGROUND]: 0.7 } as const;

/**
 * Of targetDelayMs, how long a request of each rank may have waited while requests are refused anyway. This bounds the
 * turns of the event loop from within: each takes on what has come during the one before, so under twice the load each
 * is twice as long as the one before, and their ends come too late to do anything about it.
 */
const LONGEST_WAIT = { [CRITICAL]: 4, [DEFAULT]: 2, [BACKGROUND]: 1 } as const;
/** The same while none are, from the second long turn on: what waits for a single computation, or its host, is served. */
const LONGEST_BLOCK_MS = 200;

/** Of an interval, what the event loop has nothing to do for at least where no queue stands. */
const LEAST_IDLE = 0.02;
/** A queue that has become so much shorter from turn to turn is worked off without refusing anyone, if that takes no longer. */
const SHRINKING = 0.7;
const MOST_SHRINKING_INTERVALS = 3;

/** The rate is cut to less than what is done, so that the queue empties: the longer it is, the deeper. */
const LEAST_CUT = 0.9;
const DEEPEST_CUT = 0.5;
const CUT_PER_TARGET = 0.1;
/** Most that one interval takes away while little is done for another reason, such as a slow subgraph. */
const KEPT_OF_ADMITTED = 0.6;
/** After a cut the rate begins just below what was done while the event loop was full, and feels its way up. */
const RETURN_TO = 0.95;
const GROWTH = 1.01;
/** Where nothing has got in the way for so many intervals, what was measured tells no more. */
const UNHINDERED_INTERVALS = 30;
const FAST_GROWTH = 1.1;
const LEAST_RATE = 1;
/** A queue that is still short of the target is no reason to cut, but one to let in a little less. */
const EASE_FROM = 0.3;
const EASE = 0.97;
/** The rate no longer holds anyone back once it is so far above what arrives, for so many intervals. */
const AMPLE = 1.2;
const CALM_INTERVALS = 5;
/** Weight of the latest interval in the rates of arrival. */
const LATEST = 0.5;

/** How long the best of what was done counts as what can be done. */
const REMEMBERED_INTERVALS = 10;

/**
 * Requests a second that can be done: the most that were, lately. Not what was done last: that is less whenever less was
 * let in, and cutting it again would spiral down while something else, a neighbour on the host, keeps the queue long.
 */
class Capacity {
  readonly #rates: number[] = [];
  #smoothed = 0;

  get rate(): number {
    return Math.max(...this.#rates, 0);
  }

  add(doneRate: number): void {
    // What was begun in one interval is done in the next: a single one may hold more than can be done.
    this.#smoothed = (this.#smoothed + doneRate) / 2;
    if (this.#rates.push(this.#smoothed) > REMEMBERED_INTERVALS) this.#rates.shift();
  }
}

/**
 * Decides which requests are let in. While the event loop keeps up that is all of them; when it does not, as many a
 * second as it gets done, those that matter most first (after DAGOR, Zhou et al. 2018; the capacity is measured, as BBR
 * does it, and not searched for). In proportion: of the rank that does not fit as a whole, every n-th request is let in.
 */
export class Admission {
  limits: AdmissionLimits;
  inFlight = 0;
  /** How late the event loop was since the last adjustment, each time it was looked at. */
  readonly #delaysMs: number[] = [];
  #lastDelayMs = 0;
  /** Requests of each rank since the last adjustment. */
  readonly #arrived = [0, 0, 0];
  readonly #arrivalRates = [0, 0, 0];
  readonly #shares = [1, 1, 1];
  readonly #credits = [0, 0, 0];
  #admitted = 0;
  #done = 0;
  #peakInFlight = 0;
  /** Since the event loop has last had nothing to do. */
  #busyIntervals = 0;
  #isFirst = true;
  /** In the last interval work had to wait longer than the target. */
  #wasLate = false;
  #allowedRate = Infinity;
  readonly #capacity = new Capacity();
  #calmIntervals = 0;
  #unhinderedIntervals = 0;

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
  }

  /** Undefined lets the request in: `leave` is to follow. `waitedMs` is how long it has waited, at least. */
  enter(rank: Rank, waitedMs: number): ShedReason | undefined {
    (this.#arrived[rank] as number)++;
    const { targetDelayMs, minInFlight, maxInFlight } = this.limits;
    if (this.inFlight >= maxInFlight * SHARE_OF_PLACES[rank]) return 'in_flight';
    if (waitedMs > targetDelayMs && this.inFlight >= minInFlight) {
      const longest = targetDelayMs * LONGEST_WAIT[rank];
      const isLong = this.isShedding
        ? waitedMs > longest
        : this.#lastDelayMs > targetDelayMs && waitedMs > Math.max(longest, LONGEST_BLOCK_MS);
      if (isLong) return 'event_loop';
    }
    const share = this.#shares[rank] as number;
    if (share < 1) {
      const credit = (this.#credits[rank] as number) + share;
      this.#credits[rank] = credit < 1 ? credit : credit - 1;
      if (credit < 1) return 'event_loop';
    }
    this.#admitted++;
    if (++this.inFlight > this.#peakInFlight) this.#peakInFlight = this.inFlight;
    return undefined;
  }

  leave(): void {
    this.inFlight--;
    this.#done++;
  }

  /** One that was let in is refused after all. */
  takeBack(): void {
    this.inFlight--;
    this.#admitted--;
  }

  get isShedding(): boolean {
    return this.#allowedRate !== Infinity;
  }

  sample(delayMs: number): void {
    this.#delaysMs.push(delayMs);
    this.#lastDelayMs = delayMs;
  }

  get samples(): number {
    return this.#delaysMs.length;
  }

  /**
   * Draws the conclusions from the time since the last call, for `idleMs` of which the event loop had nothing to do; gives the
   * wait for it in that time: the shortest, since a queue that was ever empty is no standing queue (CoDel). But a short turn
   * between long ones empties nothing, as work that comes in waves makes them: without any idle time it is what a moment of that
   * time had to wait.
   *
   * Where `isBounded`, whoever waits too long to begin is refused already: then a single interval over the target is a stall of the
   * process, and only two in a row are work that has to be kept away.
   */
  adjust(elapsedMs: number, idleMs: number, isBounded = false): number {
    const wasIdle = idleMs > elapsedMs * LEAST_IDLE;
    this.#busyIntervals = wasIdle ? 0 : this.#busyIntervals + 1;
    const delayMs = wasIdle ? Math.min(...this.#delaysMs) : meanWait(this.#delaysMs);
    const isShrinking =
      this.#lastDelayMs < Math.max(...this.#delaysMs) * SHRINKING &&
      this.#busyIntervals <= MOST_SHRINKING_INTERVALS;
    this.#delaysMs.length = 0;
    const perSecond = 1000 / elapsedMs;
    const arrivals = this.#takeArrivals(perSecond);
    const admittedRate = this.#admitted * perSecond;
    this.#capacity.add(this.#done * perSecond);
    const peakInFlight = this.#peakInFlight;
    this.#admitted = 0;
    this.#done = 0;
    this.#peakInFlight = this.inFlight;

    const { targetDelayMs, minInFlight } = this.limits;
    const isWorkedOff = isShrinking && !this.isShedding;
    const isStall = isBounded && !this.#wasLate;
    this.#wasLate = delayMs > targetDelayMs;
    if (this.#wasLate && peakInFlight >= minInFlight && !isWorkedOff && !isStall) {
      const cut = Math.max(DEEPEST_CUT, LEAST_CUT - CUT_PER_TARGET * (delayMs / targetDelayMs - 1));
      this.#allowedRate = Math.max(this.#capacity.rate * cut, admittedRate * KEPT_OF_ADMITTED, LEAST_RATE);
      this.#calmIntervals = 0;
      this.#unhinderedIntervals = 0;
    } else if (this.isShedding) {
      this.#feelTheWayUp(delayMs > targetDelayMs * EASE_FROM);
      this.#calmIntervals = this.#allowedRate > arrivals * AMPLE ? this.#calmIntervals + 1 : 0;
      if (this.#calmIntervals >= CALM_INTERVALS) {
        this.#allowedRate = Infinity;
      }
    }
    this.#share();
    return delayMs;
  }

  #feelTheWayUp(isHindered: boolean): void {
    if (isHindered) {
      this.#unhinderedIntervals = 0;
      this.#allowedRate = Math.max(this.#allowedRate * EASE, this.#capacity.rate * DEEPEST_CUT);
    } else {
      const growth = ++this.#unhinderedIntervals > UNHINDERED_INTERVALS ? FAST_GROWTH : GROWTH;
      this.#allowedRate = Math.max(this.#allowedRate * growth, this.#capacity.rate * RETURN_TO);
    }
  }

  /** Requests that arrive in a second, of all ranks. */
  #takeArrivals(perSecond: number): number {
    let all = 0;
    for (const rank of [CRITICAL, DEFAULT, BACKGROUND]) {
      const latest = (this.#arrived[rank] as number) * perSecond;
      const before = this.#isFirst ? latest : (this.#arrivalRates[rank] as number);
      const rate = before + LATEST * (latest - before);
      this.#arrivalRates[rank] = rate;
      this.#arrived[rank] = 0;
      all += rate;
    }
    this.#isFirst = false;
    return all;
  }

  #share(): void {
    let left = this.#allowedRate;
    for (const rank of [CRITICAL, DEFAULT, BACKGROUND]) {
      const rate = this.#arrivalRates[rank] as number;
      if (rate <= left) {
        // Of a rank that nobody has asked for nothing is known; where there is room it is let in.
        this.#shares[rank] = left > 0 ? 1 : 0;
        left -= rate;
      } else {
        this.#shares[rank] = left / rate;
        left = 0;
      }
    }
  }
}

// Private:

/** Of the turns by how long each was: most of what comes comes in the long ones. */
function meanWait(delaysMs: readonly number[]): number {
  let sum = 0;
  let weights = 0;
  for (const delayMs of delaysMs) {
    sum += delayMs * delayMs;
    weights += delayMs;
  }
  return weights === 0 ? 0 : sum / weights;
}
