/** Answers that the average follows. */
const MEMORY = 64;
/** Beyond this many times the usual an answer says no more than that it was late: one stall is not the average of 64. */
const BOUND = 8;
/** There are as many targets as a schema has root fields and entity types. */
const MAX_TARGETS = 500;

interface Usual {
  ms: number;
  seen: number;
}

/**
 * How long answers take when few are asked for at once: an average for each target, since a mix of light and heavy questions
 * that shifts must not look like a queue.
 */
export class UsualLatencies {
  readonly #targets = new Map<string, Usual>();

  /** 0 while it is not known. */
  of(target: string): number {
    return this.#targets.get(target)?.ms ?? 0;
  }

  /** @returns what is usual. An answer that was not `relaxed`, asked for among many, counts only where none is known. */
  observe(target: string, ms: number, isRelaxed: boolean): number {
    let usual = this.#targets.get(target);
    if (usual === undefined) {
      if (this.#targets.size >= MAX_TARGETS) return ms;
      usual = { ms, seen: 0 };
      this.#targets.set(target, usual);
    } else if (!isRelaxed && usual.seen >= MEMORY) return usual.ms;
    if (usual.seen < MEMORY) usual.seen++;
    usual.ms += (this.bounded(ms, usual.ms) - usual.ms) / usual.seen;
    return usual.ms;
  }

  bounded(ms: number, usualMs: number): number {
    return Math.min(ms, BOUND * usualMs + BOUND);
  }

  scale(factor: number): void {
    for (const usual of this.#targets.values()) usual.ms *= factor;
  }
}
