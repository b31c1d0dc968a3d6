import { toEndReport } from '../contract/end-report.ts';
import type { ReleaseList, ReleaseStatus } from '../contract/releases.ts';
import type { SubgraphLinks } from '../schema/subgraph-links.ts';
import { type CanaryView, canarySection } from './canary-section.ts';
import { type CheckView, checkTable } from './check-table.ts';
import { moment, shortDigest } from './format.ts';
import { graphDrawing } from './graph-drawing.ts';
import { type Html, html } from './html.ts';
import { changeOf, releaseTable, stateBadge } from './release-rows.ts';
import { reportSection } from './report-section.ts';

export interface EnvironmentView {
  readonly list: ReleaseList;
  readonly links: SubgraphLinks;
  readonly members: readonly MemberView[];
  readonly canary: CanaryView | undefined;
  readonly checks: readonly CheckView[];
}

export interface MemberView {
  readonly subgraph: string;
  readonly digest: string;
  readonly commit_id: string | null;
  readonly routing_url: string;
}

export function overviewPage(lists: readonly ReleaseList[]): Html {
  return html`${lists.map(
    (list) => html`<section><h2><a href="/environments/${list.environment}">${list.environment}</a></h2>
${releaseTable(
  list.environment,
  list.releases.filter(({ state }) => ['waiting', 'canary', 'live'].includes(state)),
)}</section>`,
  )}`;
}

export function environmentPage({ list, links, members, canary, checks }: EnvironmentView): Html {
  return html`
${canary && html`<section><h2>Canary: release ${list.canary}</h2>${canarySection(canary)}</section>`}
<section><h2>Graph</h2><div class="columns"><div>${graphDrawing(links)}</div><div>${memberTable(members)}</div></div></section>
<section><h2>Releases</h2>${releaseTable(list.environment, list.releases)}</section>
<section><h2>Checks</h2>${checkTable(checks)}</section>`;
}

export interface ReleaseView {
  readonly release: ReleaseStatus;
  readonly members: readonly MemberView[];
  readonly canary: CanaryView | undefined;
}

export function releasePage({ release, members, canary }: ReleaseView): Html {
  const { gateways } = release;
  const text = (name: string, value: string | null) =>
    value !== null && html`<dt>${name}</dt><dd><pre>${value}</pre></dd>`;
  return html`<section><h2>${stateBadge(release)} since ${moment(release.stateSince)}</h2><dl>
<dt>Change</dt><dd>${changeOf(release)}</dd>
<dt>Made</dt><dd>${moment(release.createdAt)}${release.author !== null && ` by ${release.author}`}</dd>
<dt>Supergraph</dt><dd><code>${release.composition}</code></dd>
<dt>Gateways</dt><dd>${gateways.serving} of ${gateways.seen} serve it${gateways.lost > 0 && `, ${gateways.lost} do not report`}</dd>
${text('Rollout notes', release.rolloutNotes)}${text('Rollback notes', release.rollbackNotes)}</dl></section>
${release.report !== null && html`<section><h2>Why it ended</h2>${whyItEnded(release.report)}</section>`}
${canary && html`<section><h2>Canary</h2>${canarySection(canary)}</section>`}
<section><h2>Subgraphs</h2>${memberTable(members)}</section>`;
}

// Private:

function memberTable(members: readonly MemberView[]): Html {
  return html`<table><thead><tr><th>Subgraph</th><th>Commit</th><th>Revision</th><th>Routing URL</th></tr></thead>
<tbody>${members.map(
    ({ subgraph, digest, commit_id, routing_url }) => html`<tr><td>${subgraph}</td>
<td>${commit_id === null ? '–' : html`<code>${commit_id.slice(0, 12)}</code>`}</td><td>${shortDigest(digest)}</td>
<td class="url"><code>${routing_url}</code></td></tr>`,
  )}</tbody></table>`;
}

function whyItEnded(report: unknown): Html {
  const known = toEndReport(report);
  if (known === undefined) return html`<pre>${JSON.stringify(report, null, 1)}</pre>`;
  switch (known.reason) {
    case 'by-hand':
      return html`<p>Taken back by ${known.by}${known.message !== undefined && html`: <strong>${known.message}</strong>`}</p>`;
    case 'builds-on':
      return html`<p>It builds on release ${known.release}, which ended.</p>`;
    default:
      return reportSection(known);
  }
}
