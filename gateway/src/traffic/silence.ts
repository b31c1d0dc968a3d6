/** Something whose slowest answers take a second may take this many times as long before it counts as silent. */
const PATIENCE = 3;

export interface SilenceSettings {
  /** 0: never silent. */
  readonly silentMs: number;
  readonly minFetches: number;
  /** For how long at least the slowest answer is remembered. */
  readonly windowMs: number;
}

/**
 * Whether something that used to answer no longer does: fetches go out and nothing comes back, long before the time of the first of
 * them is over. Deadlines are made for the slowest question there is, so a subgraph that hangs would hold on to everything for seconds.
 */
export class Silence {
  readonly #settings: SilenceSettings;
  /** When the first were sent of those that have got nothing, since anything came back; as many as it takes. */
  readonly #unheard: Float64Array;
  #count = 0;
  #lastSentMs = 0;
  #hasAnswered = false;
  /** The slowest answers of this window and of the one before. */
  #slowestMs = 0;
  #slowestBeforeMs = 0;
  #windowEndsMs = 0;

  constructor(settings: SilenceSettings) {
    this.#settings = settings;
    this.#unheard = new Float64Array(settings.minFetches);
  }

  /** To be asked before each fetch. */
  lasts(nowMs: number): boolean {
    const { silentMs, minFetches } = this.#settings;
    if (this.#count < minFetches || !this.#hasAnswered || silentMs === 0) return false;
    const sentMs = this.#unheard[minFetches - 1] as number;
    const patienceMs = Math.max(silentMs, PATIENCE * Math.max(this.#slowestMs, this.#slowestBeforeMs));
    if (nowMs - this.#lastSentMs > patienceMs / 2) {
      // Nobody has asked for a while, or this process stood still: what has come back meanwhile has not been read yet.
      this.heard();
      return false;
    }
    return nowMs - sentMs >= patienceMs;
  }

  sent(nowMs: number): void {
    this.#lastSentMs = nowMs;
    if (this.#count < this.#unheard.length) this.#unheard[this.#count++] = nowMs;
  }

  /** Who sent it at that time no longer waits: it says nothing. */
  left(sentMs: number): void {
    const index = this.#unheard.subarray(0, this.#count).indexOf(sentMs);
    if (index === -1) return;
    this.#unheard.copyWithin(index, index + 1, this.#count);
    this.#count--;
  }

  /** Anything came back that the subgraph, or its host, had a part in. */
  heard(): void {
    this.#count = 0;
  }

  answered(tookMs: number, nowMs: number): void {
    this.heard();
    this.#hasAnswered = true;
    if (nowMs >= this.#windowEndsMs) {
      this.#slowestBeforeMs = this.#slowestMs;
      this.#slowestMs = 0;
      this.#windowEndsMs = nowMs + this.#settings.windowMs;
    }
    if (tookMs > this.#slowestMs) this.#slowestMs = tookMs;
  }
}
