/** What one test remembers from look to look. */
export interface TestMemory {
  /** The logarithm of the evidence since it last started. */
  readonly log: number;
  /** Which start that is, from 1. */
  readonly start: number;
}

export const FRESH: TestMemory = { log: 0, start: 1 };

/**
 * One look counts e³ = 20 at most. A client that fails and tries again ten times within seconds is one event, not ten:
 * to speak of harm takes bad requests in several reports.
 */
const MOST_OF_ONE_LOOK = 4;
/** Evidence that has fallen to a tenth starts again from one: harm that begins late must not first make up for good times. */
const STARTS_AGAIN_BELOW = Math.log(0.1);

/** The memory after a look that brought this evidence, as a logarithm. */
export function look(memory: TestMemory, evidence: number): TestMemory {
  const log = memory.log + Math.min(MOST_OF_ONE_LOOK, evidence);
  return log < STARTS_AGAIN_BELOW ? startAgain(memory) : { log, start: memory.start };
}

export function startAgain({ start }: TestMemory): TestMemory {
  return { log: 0, start: start + 1 };
}

/**
 * What the logarithm has to reach: the n-th start of a test may be wrong with α·weight/(n(n+1)), which adds up to α·weight
 * over all starts.
 */
export function threshold({ start }: TestMemory, alpha: number, weight: number): number {
  return Math.log((start * (start + 1)) / (alpha * weight));
}

/**
 * The weight of the n-th operation, from 0, in order of appearance; all of them add up to 1. Nobody knows before how many
 * there will be: the first ten have about an 11th to a 38th each, the hundredth has a 1,200th, which costs it 3.5 more
 * in the logarithm than the tenth.
 */
export function weightOfRank(rank: number): number {
  return 10 / ((rank + 10) * (rank + 11));
}
