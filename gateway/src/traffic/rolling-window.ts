const BUCKETS = 10;

/** How many fetches succeeded and failed within the last `windowMs`, to a tenth of it. */
export class RollingWindow {
  readonly #bucketMs: number;
  readonly #successes = new Uint32Array(BUCKETS);
  readonly #failures = new Uint32Array(BUCKETS);
  #tick = 0;
  #total = 0;
  #failed = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  add(isFailure: boolean, nowMs: number): void {
    this.#advance(nowMs);
    const counts = isFailure ? this.#failures : this.#successes;
    const bucket = this.#tick % BUCKETS;
    counts[bucket] = (counts[bucket] as number) + 1;
    this.#total++;
    if (isFailure) this.#failed++;
  }

  total(nowMs: number): number {
    this.#advance(nowMs);
    return this.#total;
  }

  failed(nowMs: number): number {
    this.#advance(nowMs);
    return this.#failed;
  }

  clear(): void {
    this.#successes.fill(0);
    this.#failures.fill(0);
    this.#total = 0;
    this.#failed = 0;
  }

  #advance(nowMs: number): void {
    const tick = Math.floor(nowMs / this.#bucketMs);
    if (tick === this.#tick) return;
    if (tick - this.#tick >= BUCKETS) {
      this.clear();
      this.#tick = tick;
      return;
    }
    while (this.#tick < tick) {
      this.#tick++;
      const bucket = this.#tick % BUCKETS;
      const failures = this.#failures[bucket] as number;
      this.#total -= (this.#successes[bucket] as number) + failures;
      this.#failed -= failures;
      this.#successes[bucket] = 0;
      this.#failures[bucket] = 0;
    }
  }
}
