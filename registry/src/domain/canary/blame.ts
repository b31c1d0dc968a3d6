import type { Assessment, Harm } from './assess.ts';
import type { OperationCounts } from './counts.ts';

/** Failures of one kind in one arm. */
export interface Failure {
  readonly coordinate: string | null;
  readonly subgraph: string | null;
  readonly code: string;
  readonly count: number;
  readonly traceIds: readonly string[];
}

/** One of the slowest requests of an operation, and where most of its time went. */
export interface SlowRequest {
  readonly ms: number;
  readonly traceId: string | null;
  readonly subgraph: string | null;
  readonly coordinate: string | null;
}

/** The operation that is harmed most: the one that was found, or for all together the one with the most failures too many. */
export function blamedOperation(harm: Harm, counts: readonly OperationCounts[]): string | undefined {
  if (harm.operation !== undefined) return harm.operation;
  return greatest(counts, ({ live, canary }) => {
    const expected = live.requests === 0 ? 0 : (canary.requests * live.errors) / live.requests;
    return canary.errors - expected;
  })?.operation;
}

/** What the canary has most more of than its share of the live arm's; undefined when it has more of nothing. */
export function blamedFailure(
  live: { readonly requests: number; readonly failures: readonly Failure[] },
  canary: { readonly requests: number; readonly failures: readonly Failure[] },
): Failure | undefined {
  const before = new Map(live.failures.map((failure) => [keyOf(failure), failure.count]));
  return greatest(canary.failures, (failure) => {
    const rate = live.requests === 0 ? 0 : (before.get(keyOf(failure)) ?? 0) / live.requests;
    return failure.count - rate * canary.requests;
  });
}

/** Where requests were slow. */
export interface SlowPlace extends Pick<SlowRequest, 'coordinate' | 'subgraph'> {
  /** Of requests that were slow there, the slowest first. */
  readonly traceIds: readonly string[];
}

/**
 * What most of the slowest requests, given the slowest first, have in common; of several such places that of the slowest. Those that
 * did not take longer than `fromMs` are as fast as they may be. Undefined when none took longer.
 */
export function blamedPlace(slowest: readonly SlowRequest[], fromMs: number): SlowPlace | undefined {
  const slow = slowest.filter(({ ms }) => ms > fromMs);
  const byPlace = Map.groupBy(slow, ({ subgraph, coordinate }) => JSON.stringify([subgraph, coordinate]));
  const most = greatest([...byPlace.values()], ({ length }) => length);
  const [first] = most ?? [];
  if (most === undefined || first === undefined) return undefined;
  const { coordinate, subgraph } = first;
  const traceIds = most.map(({ traceId }) => traceId).filter((traceId) => traceId !== null);
  return { coordinate, subgraph, traceIds };
}

/** In a sentence, with the numbers. */
export function describeHarm(harm: Harm, name: string, { share }: Pick<Assessment, 'share'>): string {
  const { live, canary } = harm.arms;
  const what =
    harm.slowFromMs === undefined
      ? 'failed'
      : `took longer than ${milliseconds(harm.slowFromMs.canary)} (the live release: than ${milliseconds(harm.slowFromMs.live)})`;
  const part = (arm: Harm['arms']['live']) => `${arm.bad} of ${arm.requests} (${percent(arm)})`;
  return `At ${share} % of the traffic ${part(canary)} requests of ${name} ${what} with this release, ${part(live)} with the live one.`;
}

// Private:

function keyOf({ coordinate, subgraph, code }: Failure): string {
  return JSON.stringify([coordinate, subgraph, code]);
}

/** Of what is above zero. */
function greatest<T>(items: readonly T[], weigh: (item: T) => number): T | undefined {
  let best: T | undefined;
  let most = 0;
  for (const item of items) {
    const weight = weigh(item);
    if (weight > most) [best, most] = [item, weight];
  }
  return best;
}

function percent({ requests, bad }: Harm['arms']['live']): string {
  if (requests === 0) return '-';
  const value = (100 * bad) / requests;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

function milliseconds(value: number): string {
  return value < 1_000 ? `${Number(value.toPrecision(3))} ms` : `${(value / 1_000).toPrecision(3)} s`;
}
