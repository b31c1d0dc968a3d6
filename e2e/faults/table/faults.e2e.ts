import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSection, writeSection } from '../../src/marked-section.ts';
import { toPage } from './page.ts';
import { body } from './rows/body.ts';
import { cache } from './rows/cache.ts';
import { connection } from './rows/connection.ts';
import { gateway } from './rows/gateway.ts';
import { http } from './rows/http.ts';
import { load } from './rows/load.ts';
import { onPurpose } from './rows/on-purpose.ts';
import { processes } from './rows/processes.ts';
import { runRow } from './run-row.ts';
import { openStage, type Stage } from './stage.ts';

const GROUPS = [connection, http, body, processes, load, cache, gateway, onPurpose];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe.each(GROUPS)('$title', ({ rows }) => {
  it.each(rows)('$name', (row) => runRow(row, stage));
});

// `npm run docs:resilience` writes the table; every other run compares it.
it('docs/resilience.md has these rows', async () => {
  const page = toPage(GROUPS);
  if (process.env.WRITE_DOCS === 'true') await writeSection('docs/resilience.md', 'faults', page);
  expect(await readSection('docs/resilience.md', 'faults')).toBe(page.trim());
});
