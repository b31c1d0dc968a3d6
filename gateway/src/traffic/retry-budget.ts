/** What may be sent again before a share of anything has come together: a gateway that has just started is no outage. */
const INITIAL = 10;
const MAX_TOKENS = 100;

/**
 * How many may be sent again, as a share of what is sent: each fetch pays a part of a token in, each repetition takes a whole
 * one out. Retries of a count per request multiply the load of a subgraph just when it fails; these cannot.
 */
export class RetryBudget {
  readonly #share: number;
  #tokens = INITIAL;

  constructor(percent: number) {
    this.#share = percent / 100;
  }

  /** For each fetch, whatever becomes of it. */
  pay(): void {
    if (this.#tokens < MAX_TOKENS) this.#tokens = Math.min(MAX_TOKENS, this.#tokens + this.#share);
  }

  /** Whether there is one, which is then used. */
  take(): boolean {
    // Shares add up to a token but for their rounding.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
