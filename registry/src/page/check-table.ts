import { moment } from './format.ts';
import { type Html, html } from './html.ts';

export interface CheckView {
  readonly subgraph: string;
  readonly at: Date;
  readonly actor: string;
  readonly passed: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly {
    readonly severity: string;
    readonly rule: string;
    readonly message: string;
  }[];
}

export function checkTable(checks: readonly CheckView[]): Html {
  if (checks.length === 0) return html`<p class="quiet">Nothing was checked here in the last weeks.</p>`;
  return html`<table>
<thead><tr><th>Checked</th><th>Subgraph</th><th>By</th><th>Outcome</th><th>Findings</th></tr></thead>
<tbody>${checks.map(
    ({ subgraph, at, actor, passed, errors, warnings, findings }) => html`<tr>
<td>${moment(at)}</td><td>${subgraph}</td><td>${actor}</td>
<td class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'failed'}</td>
<td>${
      findings.length === 0
        ? html`<span class="quiet">none</span>`
        : html`<details><summary>${errors} errors, ${warnings} warnings</summary>
<ul>${findings.map(({ severity, rule, message }) => html`<li>${severity} <code>${rule}</code> ${message}</li>`)}</ul></details>`
    }</td></tr>`,
  )}</tbody></table>`;
}
