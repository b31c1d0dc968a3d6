/** A subgraph whose slowest answers take a second may take this many times as long before it counts as silent. */
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
  /** Sent since anything came back. */
  #unheard = 0;
  #sinceMs = 0;
  #lastSentMs = 0;
  #hasAnswered = false;
  /** The slowest answers of this window and of the one before. */
  #slowestMs = 0;
  #slowestBeforeMs = 0;
  #windowEndsMs = 0;

  constructor(settings: SilenceSettings) {
    this.#settings = settings;
  }

  /** To be asked before each fetch. */
  lasts(nowMs: number): boolean {
    const { silentMs, minFetches } = this.#settings;
    if (this.#unheard < minFetches || !this.#hasAnswered || silentMs === 0) return false;
    const patienceMs = Math.max(silentMs, PATIENCE * Math.max(this.#slowestMs, this.#slowestBeforeMs));
    // Nobody has asked for a while, or this process stood still: what has come back meanwhile has not been read yet.
    if (nowMs - this.#lastSentMs > patienceMs / 2) this.#sinceMs = nowMs;
    return nowMs - this.#sinceMs >= patienceMs;
  }

  sent(nowMs: number): void {
    if (this.#unheard++ === 0) this.#sinceMs = nowMs;
    this.#lastSentMs = nowMs;
  }

  /** Anything came back that the subgraph, or its host, had a part in. */
  heard(): void {
    this.#unheard = 0;
  }

  answered(tookMs: number, nowMs: number): void {
    this.#unheard = 0;
    this.#hasAnswered = true;
    if (nowMs >= this.#windowEndsMs) {
      this.#slowestBeforeMs = this.#slowestMs;
      this.#slowestMs = 0;
      this.#windowEndsMs = nowMs + this.#settings.windowMs;
    }
    if (tookMs > this.#slowestMs) this.#slowestMs = tookMs;
  }
}
