import { runOutside } from '@tributary/telemetry';

/** What a wheel holds: when it is due, on the scale of performance.now(), and what the wheel keeps of it. */
export interface Timed {
  readonly dueMs: number;
  isOnWheel: boolean;
  previous: Timed | undefined;
  next: Timed | undefined;
  /** It is off the wheel by then. */
  due(): void;
}

const TICK_MS = 10;
const SLOTS = 1024;

/**
 * Timers that nearly always end before they fire, and by the thousand: to add one and to take it off is to link and
 * unlink it, whatever its duration, with nothing allocated and nothing sorted. In exchange they fire up to two ticks
 * late. (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987: what is due later than one turn is
 * passed over until its turn.)
 */
export class TimingWheel {
  readonly #slots: (Timed | undefined)[] = new Array(SLOTS);
  #tick = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  add(timed: Timed): void {
    if (this.#timer === undefined) this.#start();
    this.#size++;
    timed.isOnWheel = true;
    // Never in the slot that has just been gone through: that would cost a whole turn.
    const slot = Math.max(tickOf(timed.dueMs) + 1, this.#tick + 1) % SLOTS;
    const first = this.#slots[slot];
    timed.next = first;
    if (first !== undefined) first.previous = timed;
    this.#slots[slot] = timed;
  }

  remove(timed: Timed): void {
    if (!timed.isOnWheel) return;
    this.#size--;
    timed.isOnWheel = false;
    const { previous, next } = timed;
    if (next !== undefined) next.previous = previous;
    if (previous !== undefined) previous.next = next;
    else this.#slots[this.#slotOf(timed)] = next;
    timed.previous = undefined;
    timed.next = undefined;
  }

  /** A first of its slot: it may have been added late, to another slot than that of its time. */
  #slotOf(timed: Timed): number {
    const slot = (tickOf(timed.dueMs) + 1) % SLOTS;
    return this.#slots[slot] === timed ? slot : this.#slots.indexOf(timed);
  }

  #start(): void {
    this.#tick = tickOf(performance.now());
    this.#timer = runOutside(() => setInterval(() => this.#turn(), TICK_MS)).unref();
  }

  #turn(): void {
    if (this.#size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const nowMs = performance.now();
    const last = tickOf(nowMs);
    // After a pause longer than a whole turn each slot is looked at once.
    this.#tick = Math.max(this.#tick, last - SLOTS);
    while (this.#tick < last) {
      this.#tick++;
      this.#fire(this.#tick % SLOTS, nowMs);
    }
  }

  #fire(slot: number, nowMs: number): void {
    const due: Timed[] = [];
    for (let timed = this.#slots[slot]; timed !== undefined; timed = timed.next) {
      if (timed.dueMs <= nowMs) due.push(timed);
    }
    for (const timed of due) this.remove(timed);
    for (const timed of due) timed.due();
  }
}

/** The process's. */
export const wheel = new TimingWheel();

function tickOf(timeMs: number): number {
  return Math.floor(timeMs / TICK_MS);
}
