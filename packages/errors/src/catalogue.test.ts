import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ERROR_CATALOGUE } from './catalogue.ts';

const documentation = new URL('../../../docs/errors.md', import.meta.url);

it('says the same as docs/errors.md', async () => {
  const rows = (await readFile(documentation, 'utf8')).matchAll(
    /^\| `(\w+)` \| (\d+) \| (yes|no) \| (.+) \|$/gm,
  );
  const documented = [...rows].map(([, code, status, retryable, description]) => [
    code,
    { status: Number(status), retryable: retryable === 'yes', description },
  ]);
  expect(Object.fromEntries(documented)).toEqual(ERROR_CATALOGUE);
});
