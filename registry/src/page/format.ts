import { type Html, html } from './html.ts';

export function shortDigest(digest: string | null): Html {
  return digest === null ? html`–` : html`<code title="${digest}">${digest.slice(0, 10)}</code>`;
}

/** In UTC: the page has no script that would know where its reader is. */
export function moment(at: Date | string): Html {
  const iso = (typeof at === 'string' ? new Date(at) : at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
}

export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

export function rate(part: number, all: number): string {
  return all === 0 ? '–' : percentText(part / all);
}

export function percentText(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 10) return `${value.toFixed(0)} %`;
  return `${Number(value.toPrecision(2))} %`;
}

export function milliseconds(value: number): string {
  return value >= 1_000
    ? `${Number((value / 1_000).toPrecision(3))} s`
    : `${Number(value.toPrecision(3))} ms`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
