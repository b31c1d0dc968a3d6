import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Html, html, trusted } from './html.ts';

const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf8');

/**
 * Nothing is loaded, sent or framed, and nothing runs: what a publisher has put into a name or a note stays text, even if
 * it were not escaped. The style sheet is part of the page, and allowed by its digest.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly environments: readonly string[];
  /** The one that it is about. */
  readonly environment?: string;
  /** It loads itself again after so many seconds. */
  readonly refreshSeconds?: number;
}

export function toDocument({ title, body, environments, environment, refreshSeconds }: Page): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} · Tributary registry</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><strong><a href="/">Tributary registry</a></strong>
<nav aria-label="Environments">${environments.map(
      (name) =>
        html`<a href="/environments/${name}"${name === environment && trusted(' aria-current="page"')}>${name}</a>`,
    )}</nav></header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`.text
  }\n`;
}
