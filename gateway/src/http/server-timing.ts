import type { RequestReport } from '../subgraph/index.ts';

/** The slowest so many: a header has its bounds. */
const MAX_SUBGRAPHS = 20;
const MAX_NAME_LENGTH = 64;
/** Subgraphs of all supergraphs that a process may come to serve. */
const MAX_KNOWN = 1_000;

/** `sg-users;dur=12.3;desc="users"` for each subgraph that was asked; empty for none. */
export function subgraphTimings(reports: readonly RequestReport[]): string {
  const sums = reports.length === 1 ? (reports[0] as RequestReport).subgraphMs : sumOf(reports);
  const slowest = [...sums].sort(([, one], [, other]) => other - one).slice(0, MAX_SUBGRAPHS);
  let text = '';
  for (const [subgraph, ms] of slowest) {
    const { start, end } = partsOf(subgraph);
    text += `${text === '' ? '' : ', '}${start}${toTenths(ms)}${end}`;
  }
  return text;
}

/** Milliseconds to a tenth. (toFixed takes five times as long.) */
export function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

// Private:

function sumOf(reports: readonly RequestReport[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { subgraphMs } of reports) {
    for (const [subgraph, ms] of subgraphMs) sums.set(subgraph, (sums.get(subgraph) ?? 0) + ms);
  }
  return sums;
}

interface MetricParts {
  readonly start: string;
  readonly end: string;
}

const known = new Map<string, MetricParts>();

/** What is around the number: a metric's name is a token, its description a quoted string (RFC 9110, 5.6); subgraphs may be called anything. */
function partsOf(subgraph: string): MetricParts {
  const found = known.get(subgraph);
  if (found !== undefined) return found;
  const name = subgraph.slice(0, MAX_NAME_LENGTH);
  const token = name.replace(/[^\w.-]/g, '_');
  const text = name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
  const parts = { start: `sg-${token};dur=`, end: `;desc="${text}"` };
  if (known.size < MAX_KNOWN) known.set(subgraph, parts);
  return parts;
}
