import type { CanaryStatus, HoldReason, RollbackReport } from '../../contract/canary.ts';

/** How a canary is doing, in a line. */
export function canaryText({ seconds, hold, undecided, nextShare, canary, live }: CanaryStatus): string {
  const arm = ({ requests, bad }: CanaryStatus['live']) => `${bad} of ${requests} requests failed`;
  const next =
    hold === null
      ? `${nextShare} % is next`
      : `${undecided ? 'somebody has to decide' : 'held'}: ${HOLDS[hold]}`;
  return `for ${seconds} s: ${arm(canary)}, live ${arm(live)}; ${next}`;
}

/** Why a release was taken back: a report of the registry in words, any other as it is. */
export function reportLines(report: unknown): readonly string[] {
  if (!isRollbackReport(report)) return [`report ${JSON.stringify(report)}`];
  const { operation, coordinate, code, subgraph, commit, traceIds } = report;
  return [
    report.summary,
    ...(operation === null ? [] : [`operation ${operation.name ?? ''} ${operation.hash}`]),
    ...(coordinate === null ? [] : [`at ${coordinate}${code === null ? '' : ` (${code})`}`]),
    ...(subgraph === null ? [] : [`in ${subgraph}${commit === null ? '' : ` from ${commit}`}`]),
    ...(traceIds.length === 0 ? [] : [`traces ${traceIds.join(' ')}`]),
  ];
}

// Private:

const HOLDS: Readonly<Record<HoldReason, string>> = {
  'not-long-enough': 'its least time at this share is not over',
  suspicion: 'something speaks against it, not yet surely',
  'too-little-data': 'too few requests to show that it does no harm',
  'nothing-reported': 'no gateway has reported a request',
};

function isRollbackReport(report: unknown): report is RollbackReport {
  return typeof report === 'object' && report !== null && 'summary' in report && 'traceIds' in report;
}
