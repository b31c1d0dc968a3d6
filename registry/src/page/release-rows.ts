import type { ReleaseSummary } from '../contract/releases.ts';
import { moment, shortDigest } from './format.ts';
import { type Html, html } from './html.ts';

/** Releases as a table, the newest first. */
export function releaseTable(environment: string, releases: readonly ReleaseSummary[]): Html {
  if (releases.length === 0) return html`<p class="quiet">Nothing was released here yet.</p>`;
  return html`<table>
<thead><tr><th>Release</th><th>State</th><th>Change</th><th>By</th><th>Made</th><th>Supergraph</th></tr></thead>
<tbody>${releases.map(
    (release) => html`<tr>
<td><a href="/environments/${environment}/releases/${release.release}">${release.release}</a></td>
<td>${stateBadge(release)}</td><td>${changeOf(release)}</td><td>${release.author ?? ''}</td>
<td>${moment(release.createdAt)}</td><td>${shortDigest(release.composition)}</td></tr>`,
  )}</tbody></table>`;
}

export function stateBadge({
  state,
  share,
  attestation = [],
}: Pick<ReleaseSummary, 'state' | 'share' | 'attestation'>): Html {
  const open = attestation.filter(({ isAttested }) => !isAttested);
  const more =
    state === 'canary'
      ? ` ${share} %`
      : open.map(({ subgraph, attesting, replicas }) => ` ${subgraph} ${attesting}/${replicas}`).join();
  return html`<span class="state ${state}">${state}${more}</span>`;
}

export function changeOf({ cause, subgraph, commit, revision }: ReleaseSummary): Html {
  const what = subgraph === null ? cause : `${cause} ${subgraph}`;
  return html`${what}${commit !== null && html` from <code>${commit.slice(0, 12)}</code>`}${
    revision !== null && html` <span class="quiet">${shortDigest(revision)}</span>`
  }`;
}
