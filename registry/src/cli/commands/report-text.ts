import type { RollbackReport } from '../../contract/canary.ts';
import { toEndReport } from '../../contract/end-report.ts';
import { short } from './subgraph-path.ts';

/** Why a release went back or was given up, for a person: the reason first, then what helps to mend it. */
export function reportLines(report: unknown): readonly string[] {
  const known = toEndReport(report);
  if (known === undefined) {
    return ['why: the registry has a reason that this client does not know; --format json shows it'];
  }
  switch (known.reason) {
    case 'by-hand':
      return [`why: taken back by ${known.by}${known.message === undefined ? '' : `: ${known.message}`}`];
    case 'builds-on':
      return [`why: it builds on release ${known.release}, which ended`];
    default:
      return rollbackLines(known);
  }
}

// Private:

function rollbackLines(report: RollbackReport): readonly string[] {
  const { operation, coordinate, subgraph, changed, evidence, traceIds } = report;
  return [
    `why: ${report.summary}`,
    ...(operation === null
      ? []
      : [`operation: ${[operation.name, operation.hash].filter((part) => part !== null).join(' ')}`]),
    ...(coordinate === null ? [] : [`coordinate: ${coordinate}${howText(report)}`]),
    ...(subgraph === null ? [] : [`subgraph: ${subgraph}${revisionText(report)}`]),
    ...(changed === null || changed.subgraph === subgraph
      ? []
      : [`published: ${changed.subgraph}${commitText(changed.commit)}`]),
    `canary: ${armText(report, 'canary')}`,
    `live: ${armText(report, 'live')}`,
    ...(evidence === undefined ? [] : [`evidence: ${evidence} times likelier with harm than without`]),
    `taken back: after ${report.seconds} s at ${report.share} % of the traffic`,
    ...(traceIds.length === 0 ? [] : [`traces: ${traceIds.join(' ')}`]),
  ];
}

/** What the test counted: failures, or requests slower than most of the live release. */
function armText({ slowFromMs, ...report }: RollbackReport, arm: 'live' | 'canary'): string {
  const { bad, requests } = report[arm];
  const what = slowFromMs === undefined ? 'failed' : `took over ${Math.round(slowFromMs[arm])} ms`;
  return `${bad} of ${requests} requests ${what}`;
}

function howText({ code, slowFromMs }: RollbackReport): string {
  if (code !== null) return `, error ${code}`;
  return slowFromMs === undefined ? '' : ', slow';
}

function revisionText({ revision, commit }: RollbackReport): string {
  return `${revision === null ? '' : ` ${short(revision)}`}${commitText(commit)}`;
}

function commitText(commit: string | null): string {
  return commit === null ? '' : ` from ${commit}`;
}
