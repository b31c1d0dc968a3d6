/** Failures of one kind in an arm of a canary, with some requests as examples. */
export interface ArmFailure {
  readonly coordinate: string | null;
  readonly subgraph: string | null;
  readonly code: string;
  readonly count: number;
  readonly traceIds: readonly string[];
}

/** As many as a report of one gateway may have. */
const MOST_FAILURES = 10;
const MOST_TRACE_IDS = 3;

/** Of several gateways as one: the same kinds added up, the most frequent first, each with the newest examples. */
export function mergeFailures(
  known: readonly ArmFailure[],
  added: readonly ArmFailure[],
): readonly ArmFailure[] {
  const kinds = new Map<string, ArmFailure>();
  for (const failure of [...added, ...known]) {
    const key = JSON.stringify([failure.coordinate, failure.subgraph, failure.code]);
    const before = kinds.get(key);
    kinds.set(key, before === undefined ? failure : addUp(before, failure));
  }
  return [...kinds.values()].sort((one, other) => other.count - one.count).slice(0, MOST_FAILURES);
}

// Private:

function addUp(newer: ArmFailure, older: ArmFailure): ArmFailure {
  const traceIds = [...new Set([...newer.traceIds, ...older.traceIds])].slice(0, MOST_TRACE_IDS);
  return { ...newer, count: newer.count + older.count, traceIds };
}
