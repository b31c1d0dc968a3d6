/** Down to so much of the whole: what was opened together is not opened again together. */
const SHORTEST = 0.75;

/** How old one connection, or one pool, may get. */
export function drawMaxAgeMs(maxConnectionAgeMs: number): number {
  return maxConnectionAgeMs * (SHORTEST + (1 - SHORTEST) * Math.random());
}
