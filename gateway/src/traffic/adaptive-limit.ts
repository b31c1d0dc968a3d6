import type { ConcurrencySettings } from './subgraph-settings.ts';
import { UsualLatencies } from './usual-latencies.ts';

const INITIAL = 16;
const MIN_WINDOW_MS = 100;
const MIN_SAMPLES = 32;
/** Answers may take twice as long as they usually do with few at once, and by this much longer, which nobody feels. */
const TOLERANCE = 2;
const SLACK_MS = 5;
/** One answer that stalls, beyond this many times what is usual, must not pass for a queue. */
const BOUND = 64;
/** No answer is there sooner, whatever is left of its time without this process's own. */
const LEAST_MS = 0.25;
/** A look lowers the limit to this part of it, at first after a second of full use, then in longer and longer intervals. */
const LOOK_SHARE = 1 / 4;
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 16_000;

/**
 * How many may be sent at once, learned from latency alone (as TCP Vegas, and Envoy's adaptive concurrency): while the
 * answers of a window take about as long as such answers take when few are asked for at once, there is no queue in front
 * of the subgraph, and the limit grows; beyond twice that it shrinks in proportion. It grows only when it is used.
 *
 * What is sent and answered but not read yet, because this process is busy, is not with the subgraph: the limit holds for those that are,
 * and so many more may be in flight. Otherwise a busy gateway would refuse fetches that nobody but itself keeps waiting.
 *
 * Two things keep it honest. While it is in full use it is lowered for a window from time to time, to see what the latency is
 * with few at once: otherwise a queue that is always there would come to look usual. And when half the limit brings no better latency, then it is not for the number sent at once: heavier
 * questions, other callers, a busy gateway. The limit returns, and that latency counts as usual.
 */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  readonly #usual = new UsualLatencies();
  #limit: number;
  #inFlight = 0;
  #isSlowStart = true;
  // The window that runs:
  #startedMs = 0;
  #samples = 0;
  #drops = 0;
  #takenMs = 0;
  #ownMs = 0;
  #usualMs = 0;
  #peak = 0;
  #lookedMs = 0;
  #lookEveryMs = FIRST_LOOK_MS;
  /** In flight for each one that is with the subgraph, by the last window. */
  #stretch = 1;
  /** The limit to return to after a look at fewer. */
  #limitBeforeLook: number | undefined;
  /** Where it began to shrink. */
  #descent: { readonly limit: number; readonly pressure: number } | undefined;

  constructor({ min, max }: Pick<ConcurrencySettings, 'min' | 'max'>) {
    this.#min = Math.min(min, max);
    this.#max = max;
    this.#limit = this.#clamp(INITIAL);
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get hasRoom(): boolean {
    return this.#inFlight + 1 <= Math.min(this.#max, this.#limit * this.#stretch);
  }

  /** How long an answer takes when few are asked for at once; 0 while that is not known. */
  usualMs(target: string): number {
    return this.#usual.of(target);
  }

  /** @returns how many are in flight with it: to be told when it has been answered. */
  begin(): number {
    this.#inFlight++;
    if (this.#inFlight > this.#peak) this.#peak = this.#inFlight;
    return this.#inFlight;
  }

  /** Whatever its end was. */
  end(): void {
    this.#inFlight--;
  }

  /** For `ownMs` of its time this process was busy, which says nothing of the subgraph. */
  answered(target: string, inFlight: number, startedMs: number, nowMs: number, ownMs = 0): void {
    const tookMs = Math.max(0, nowMs - startedMs - ownMs);
    // What is usual is learned while this process looks for answers in time.
    const weight = ownMs <= tookMs ? this.#weightOf(inFlight) : 0;
    const usualMs = this.#usual.observe(target, tookMs, weight);
    // What was sent before the window tells of another limit.
    if (startedMs < this.#startedMs) return;
    this.#samples++;
    this.#takenMs += Math.min(tookMs, BOUND * usualMs + BOUND);
    this.#ownMs += nowMs - startedMs - tookMs;
    this.#usualMs += usualMs;
    this.#endWindowIfFull(nowMs);
  }

  /** The subgraph refused it as too much. */
  dropped(startedMs: number, nowMs: number): void {
    if (startedMs < this.#startedMs) return;
    this.#samples++;
    this.#drops++;
    this.#endWindowIfFull(nowMs);
  }

  /** It had to be given up: that says something if its answer was due by then. */
  timedOut(target: string, startedMs: number, nowMs: number): void {
    if (nowMs - startedMs > TOLERANCE * this.#usual.of(target) + SLACK_MS) this.dropped(startedMs, nowMs);
  }

  #endWindowIfFull(nowMs: number): void {
    if (this.#samples < MIN_SAMPLES || nowMs - this.#startedMs < MIN_WINDOW_MS) return;
    const withSubgraphMs = Math.max(this.#takenMs, LEAST_MS * this.#samples);
    this.#stretch = Math.max(1, (this.#takenMs + this.#ownMs) / withSubgraphMs);
    const isUsed = this.#peak * 2 >= this.#limit * this.#stretch;
    if (this.#limitBeforeLook !== undefined) this.#endLook(this.#limitBeforeLook, nowMs);
    else {
      this.#adjust(isUsed);
      if (!isUsed) this.#lookedMs = nowMs;
      else if (nowMs - this.#lookedMs >= this.#lookEveryMs) this.#look();
    }
    this.#startedMs = nowMs;
    this.#samples = 0;
    this.#drops = 0;
    this.#takenMs = 0;
    this.#ownMs = 0;
    this.#usualMs = 0;
    this.#peak = this.#inFlight;
  }

  #adjust(isUsed: boolean): void {
    const answers = this.#samples - this.#drops;
    const toleratedMs = TOLERANCE * this.#usualMs + SLACK_MS * answers;
    const room = answers === 0 ? 1 : Math.min(1, toleratedMs / this.#takenMs);
    const dropShare = this.#drops / this.#samples;
    const growth = isUsed ? (this.#isSlowStart ? this.#limit : Math.sqrt(this.#limit)) : 0;
    if (room === 1) {
      this.#descent = undefined;
      if (dropShare > 0) this.#isSlowStart = false;
      // In proportion: a limit that shrank on every refusal would starve on stray ones.
      this.#limit = this.#clamp(this.#limit * (1 - dropShare / 2) + growth);
      return;
    }
    this.#isSlowStart = false;
    const pressure = this.#takenMs / this.#usualMs;
    this.#descent ??= { limit: this.#limit, pressure };
    const { limit, pressure: formerPressure } = this.#descent;
    const isInVain = this.#limit <= Math.max(this.#min, limit / 2) && pressure > formerPressure * 0.8;
    if (isInVain && this.#drops === 0) {
      this.#usual.scale(pressure);
      this.#limit = limit;
      this.#descent = undefined;
    } else {
      this.#limit = this.#clamp(this.#limit * Math.max(0.5, room * (1 - dropShare / 2)));
    }
  }

  #look(): void {
    this.#limitBeforeLook = this.#limit;
    this.#limit = this.#clamp(this.#limit * LOOK_SHARE);
  }

  #endLook(limit: number, nowMs: number): void {
    this.#limit = limit;
    this.#limitBeforeLook = undefined;
    this.#lookedMs = nowMs;
    // Answers that were faster than usual: there is more to be found.
    const isNews = this.#takenMs < 0.9 * this.#usualMs;
    this.#lookEveryMs = isNews ? FIRST_LOOK_MS : Math.min(LAST_LOOK_MS, 2 * this.#lookEveryMs);
  }

  /** How much an answer says of what is usual, by how many were asked for at once. */
  #weightOf(inFlight: number): number {
    if (this.#limitBeforeLook !== undefined) return inFlight <= this.#limit ? 1 / 16 : 0;
    return inFlight * 2 <= this.#limit ? 1 / 64 : 0;
  }

  #clamp(limit: number): number {
    return Math.min(this.#max, Math.max(this.#min, limit));
  }
}
