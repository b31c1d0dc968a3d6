/** A point in the order of invalidations: what was kept before one of its tags was invalidated is not used. */
export type Mark = number;

const MAX_TAGS = 10_000;

/**
 * Which tags have been invalidated, and when in relation to each other. Asked at each reading, so that an
 * invalidation holds at once and also for answers that were on their way: they carry the mark of their asking.
 */
export class Invalidations {
  readonly #maxTags: number;
  /** The oldest first. */
  readonly #marks = new Map<string, Mark>();
  /** What is older than this may have been invalidated by a tag that is forgotten here. */
  #floor: Mark = 0;
  #last: Mark = 0;

  constructor(maxTags = MAX_TAGS) {
    this.#maxTags = maxTags;
  }

  get last(): Mark {
    return this.#last;
  }

  /** `mark` where somebody else keeps the order; otherwise the next. */
  add(tags: readonly string[], mark: Mark = this.#last + 1): void {
    this.#last = Math.max(this.#last, mark);
    for (const tag of tags) {
      this.#marks.delete(tag);
      this.#marks.set(tag, mark);
    }
    for (const [tag, oldest] of this.#marks) {
      if (this.#marks.size <= this.#maxTags) break;
      this.#marks.delete(tag);
      this.#floor = Math.max(this.#floor, oldest);
    }
  }

  /** What is older is not trusted. */
  forgetBefore(mark: Mark): void {
    this.#floor = Math.max(this.#floor, mark);
    this.#last = Math.max(this.#last, mark);
  }

  covers(tags: readonly string[], keptAt: Mark): boolean {
    if (keptAt >= this.#last) return false;
    if (keptAt < this.#floor) return true;
    return tags.some((tag) => (this.#marks.get(tag) ?? 0) > keptAt);
  }
}
