/** So many answers are taken for what they are, before it is known what is usual. */
const FIRST = 64;
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

  /** @returns what was usual before it. The average moves by `weight`; where none is known yet, every answer counts. */
  observe(target: string, ms: number, weight: number): number {
    const usual = this.#targets.get(target);
    if (usual === undefined) {
      if (this.#targets.size < MAX_TARGETS) this.#targets.set(target, { ms, seen: 1 });
      return ms;
    }
    const { ms: usualMs } = usual;
    let part = weight;
    if (usual.seen < FIRST) part = Math.max(weight, 1 / ++usual.seen);
    if (part > 0) usual.ms += (Math.min(ms, BOUND * usualMs + BOUND) - usualMs) * part;
    return usualMs;
  }

  scale(factor: number): void {
    for (const usual of this.#targets.values()) usual.ms *= factor;
  }
}
