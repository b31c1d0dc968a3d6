import type { CanaryStatus, HoldReason } from '../contract/canary.ts';
import { count, duration, milliseconds, percentText, rate } from './format.ts';
import { type Html, html, trusted } from './html.ts';
import { lineChart, type Mark, type Series } from './line-chart.ts';

export interface CanaryView {
  /** Undefined before the registry has first looked at it. */
  readonly status: CanaryStatus | undefined;
  readonly isRunning: boolean;
  readonly steps: readonly number[];
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  /** At the latest share, the busiest first. */
  readonly operations: readonly OperationView[];
}

export interface OperationView {
  readonly name: string;
  readonly live: ArmView;
  readonly canary: ArmView;
}

export interface ArmView {
  readonly requests: number;
  readonly errors: number;
  /** Half, nine tenths and 99 of 100 of the requests are faster. */
  readonly quantilesMs: readonly (number | undefined)[];
}

/** How a canary is doing: its steps, failures over time, and both arms operation by operation. */
export function canarySection({ status, isRunning, steps, ...view }: CanaryView): Html {
  const share = status?.share ?? 0;
  return html`${isRunning && stepList(steps, share)}
${isRunning && status !== undefined && progress(status)}
<h3>Requests that failed</h3>
${lineChart('Requests that failed, by arm', view)}
${operationTable(view.operations)}`;
}

// Private:

const HOLDS: Readonly<Record<HoldReason, string>> = {
  'not-long-enough': 'no step is left before its least time is over',
  suspicion: 'something speaks against it, not yet surely enough to take it back',
  'too-little-data': 'too few requests so far to show that it does no harm',
  'nothing-reported': 'no gateway has reported a request at this share',
};

function stepList(steps: readonly number[], share: number): Html {
  return html`<ol class="steps" aria-label="Steps">${[...steps, 100].map(
    (step) =>
      html`<li${step === share ? trusted(' aria-current="step"') : step < share && trusted(' class="done"')}>${step} %</li>`,
  )}</ol>`;
}

function progress({ seconds, hold, undecided, nextShare, ...status }: CanaryStatus): Html {
  return html`<dl>
<dt>At ${status.share} %</dt><dd>for ${duration(seconds)}</dd>
<dt>Requests</dt><dd>${count(status.canary.requests)} here, of which ${rate(status.canary.bad, status.canary.requests)} failed;
${count(status.live.requests)} on the live release, of which ${rate(status.live.bad, status.live.requests)} failed</dd>
<dt>Shown harmless</dt><dd><meter min="0" max="1" value="${status.confidence.toFixed(2)}"></meter> ${percentText(floor(status.confidence))}</dd>
<dt>Suspicion</dt><dd><meter min="0" max="1" low="0.5" high="0.9" optimum="0" value="${Math.max(0, status.suspicion).toFixed(2)}"></meter> ${percentText(floor(status.suspicion))}</dd>
<dt>Next</dt><dd>${
    hold === null
      ? html`${nextShare} %`
      : html`${undecided && html`<strong class="bad">waits for somebody to decide:</strong> `}holds, ${HOLDS[hold]}`
  }</dd></dl>`;
}

/** 99.6 % is not 100 %. */
function floor(share: number): number {
  return Math.max(0, Math.floor(share * 100) / 100);
}

function operationTable(operations: readonly OperationView[]): Html | null {
  if (operations.length === 0) return null;
  return html`<h3>By operation, at this share</h3><table>
<thead><tr><th>Operation</th><th>Release</th><th class="number">Requests</th><th class="number">Failed</th>
<th class="number">p50</th><th class="number">p90</th><th class="number">p99</th></tr></thead>
${operations.map(
  ({ name, live, canary }) => html`<tbody><tr><td rowspan="2">${name}</td><td>live</td>${armCells(live)}</tr>
<tr><td>canary</td>${armCells(canary)}</tr></tbody>`,
)}</table>`;
}

function armCells({ requests, errors, quantilesMs }: ArmView): Html {
  return html`<td class="number">${count(requests)}</td><td class="number">${rate(errors, requests)}</td>${quantilesMs.map(
    (value) => html`<td class="number">${value === undefined ? '–' : milliseconds(value)}</td>`,
  )}`;
}
