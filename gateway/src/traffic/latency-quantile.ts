const LOWEST_MS = 0.1;
const GROWTH = 1.1;
const PER_BUCKET = 1 / Math.log(GROWTH);
const BUCKETS = 192;
const MIN_SAMPLES = 100;
const HALF_LIFE = 2_000;
const REFRESH_EVERY = 32;

/**
 * The time within which a share of the latest answers came, to within a tenth: counts in buckets that grow, which fade as
 * newer ones come.
 */
export class LatencyQuantile {
  readonly #share: number;
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #seen = 0;
  #value: number | undefined;

  constructor(percentile: number) {
    this.#share = percentile / 100;
  }

  /** Undefined before a hundred answers. */
  get value(): number | undefined {
    return this.#value;
  }

  observe(ms: number): void {
    const bucket = ms <= LOWEST_MS ? 0 : Math.ceil(Math.log(ms / LOWEST_MS) * PER_BUCKET);
    const index = Math.min(BUCKETS - 1, bucket);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#total++;
    this.#seen++;
    if (this.#total >= 2 * HALF_LIFE) this.#fade();
    if (this.#seen >= MIN_SAMPLES && this.#seen % REFRESH_EVERY === 0) this.#value = this.#find();
  }

  #fade(): void {
    for (let index = 0; index < BUCKETS; index++) {
      this.#counts[index] = (this.#counts[index] as number) / 2;
    }
    this.#total /= 2;
  }

  #find(): number {
    let rest = this.#total * this.#share;
    let index = 0;
    while (index < BUCKETS - 1) {
      rest -= this.#counts[index] as number;
      if (rest <= 0) break;
      index++;
    }
    return LOWEST_MS * GROWTH ** index;
  }
}
