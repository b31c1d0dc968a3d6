const MAX_INT = 2 ** 31 - 1;

/** The number, or the nearest that GraphQL's Int can hold: an account beyond it is still an answer, not an error. */
export function toGraphQLInt(value: number): number {
  return Math.max(-MAX_INT, Math.min(MAX_INT, value));
}
