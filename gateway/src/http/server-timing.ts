import type { RequestReport } from '../subgraph/index.ts';

/** The slowest so many: a header has its bounds. */
const MAX_SUBGRAPHS = 20;
const MAX_NAME_LENGTH = 64;

/** `sg-users;dur=12.3;desc="users"` for each subgraph that was asked; empty for none. */
export function subgraphTimings(reports: readonly RequestReport[]): string {
  const sums = new Map<string, number>();
  for (const { subgraphMs } of reports) {
    for (const [subgraph, ms] of subgraphMs) sums.set(subgraph, (sums.get(subgraph) ?? 0) + ms);
  }
  const slowest = [...sums].sort(([, one], [, other]) => other - one).slice(0, MAX_SUBGRAPHS);
  return slowest.map(([subgraph, ms]) => metricOf(subgraph, ms)).join(', ');
}

// Private:

/** A metric's name is a token, its description a quoted string (RFC 9110, 5.6); subgraphs may be called anything. */
function metricOf(subgraph: string, ms: number): string {
  const name = subgraph.slice(0, MAX_NAME_LENGTH);
  const token = name.replace(/[^\w.-]/g, '_');
  const text = name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
  return `sg-${token};dur=${ms.toFixed(1)};desc="${text}"`;
}
