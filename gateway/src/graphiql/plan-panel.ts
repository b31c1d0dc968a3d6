import { readFileSync } from 'node:fs';

const script = readFileSync(new URL('plan-panel.browser.js', import.meta.url), 'utf8');

/** A panel with the query plan, to stand in GraphiQL's page: what it looks like, and the script that fills it. */
export const PLAN_PANEL = {
  script,
  html: `
<style>
  #query-plan { position: fixed; right: 1rem; bottom: 1rem; z-index: 10; max-width: 60vw; font: 12px/1.5 monospace;
    color: #1f2933; background: #ffffff; border: 1px solid #cbd2d9; border-radius: 6px; }
  #query-plan summary { padding: 0.4rem 0.8rem; cursor: pointer; }
  #query-plan pre { max-height: 60vh; margin: 0; padding: 0 0.8rem 0.8rem; overflow: auto; }
</style>
<details id="query-plan">
  <summary>Query plan</summary>
  <pre>Run an operation while this is open.</pre>
</details>
<script>${script}</script>`,
};
