export interface RestOptions {
  /** So many in a row. */
  readonly failures: number;
  readonly firstRestMs: number;
  readonly longestRestMs: number;
}

/**
 * Leaves alone what fails again and again: for a while, then one may try, and if that fails too, for twice as long. What
 * is asked while it rests costs nothing.
 */
export class RestAfterFailures {
  readonly #options: RestOptions;
  #failures = 0;
  #restMs: number;
  #untilMs = 0;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#restMs = options.firstRestMs;
  }

  /** Whether to try now. While it rests, one in the time of a rest. */
  mayTry(): boolean {
    if (this.#failures < this.#options.failures) return true;
    const nowMs = performance.now();
    if (nowMs < this.#untilMs) return false;
    this.#untilMs = nowMs + this.#restMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = this.#options.firstRestMs;
  }

  failed(): void {
    if (++this.#failures < this.#options.failures) return;
    this.#untilMs = performance.now() + this.#restMs;
    this.#restMs = Math.min(2 * this.#restMs, this.#options.longestRestMs);
  }
}
