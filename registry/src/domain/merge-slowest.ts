/** One of the slowest requests of an operation in an arm of a canary. */
export interface SlowRequest {
  readonly ms: number;
  readonly traceId: string | null;
  /** Whose fetches took the longest; null where nothing was fetched. */
  readonly subgraph: string | null;
  /** What the slowest fetch asked it for; null where that is not known. */
  readonly coordinate: string | null;
}

/** As many as a report of one gateway may have. */
const MOST_SLOWEST = 3;

/** Of several gateways the slowest of all, the slowest first. */
export function mergeSlowest(
  known: readonly SlowRequest[],
  added: readonly SlowRequest[],
): readonly SlowRequest[] {
  return [...known, ...added].sort((one, other) => other.ms - one.ms).slice(0, MOST_SLOWEST);
}
