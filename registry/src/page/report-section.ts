import type { RollbackReport } from '../contract/canary.ts';
import { duration, rate } from './format.ts';
import { type Html, html } from './html.ts';

/** Why a release was taken back, for whoever wants to mend it. */
export function reportSection(report: RollbackReport): Html {
  const row = (name: string, value: string | Html | null | undefined | false) =>
    value === null || value === undefined || value === false || value === ''
      ? null
      : html`<dt>${name}</dt><dd>${value}</dd>`;
  const { operation, subgraph, commit, changed, traceIds, evidence } = report;
  return html`<p><strong>${report.summary}</strong></p><dl>
${row('Operation', operation && html`${operation.name ?? ''} <code>${operation.hash}</code>`)}
${row(report.slowFromMs ? 'Slow at' : 'Coordinate', report.coordinate && html`<code>${report.coordinate}</code>`)}
${row('Error', report.code && html`<code>${report.code}</code>`)}
${row('Subgraph', subgraph)}
${row('Commit', commit && html`<code>${commit}</code>`)}
${row('Published with it', changed && changed.subgraph !== subgraph && `${changed.subgraph}${changed.commit === null ? '' : ` ${changed.commit}`}`)}
${row('Failed or slow', `${rate(report.canary.bad, report.canary.requests)} of ${report.canary.requests} requests, ${rate(report.live.bad, report.live.requests)} of ${report.live.requests} on the live release`)}
${row('Sureness', evidence === undefined ? undefined : `${evidence.toLocaleString('en-US')} times likelier with harm than without`)}
${row('After', `${duration(report.seconds)} at ${report.share} %`)}
${row('Traces', traceIds.length > 0 && html`${traceIds.map((id) => html`<code>${id}</code> `)}`)}
</dl>`;
}
