import { expect, it } from 'vitest';
import { html } from './html.ts';

it('escapes what it is given, in text and in attributes, and nests', () => {
  const name = `<script>"'&`;
  const escaped = '&lt;script&gt;&quot;&#39;&amp;';
  expect(html`<p title="${name}">${[name, html`<b>${name}</b>`]}${null}${false}</p>`.text).toBe(
    `<p title="${escaped}">${escaped}<b>${escaped}</b></p>`,
  );
});
