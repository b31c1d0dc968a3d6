import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSection, writeSection } from '../../src/marked-section.ts';
import { toPage } from './page.ts';
import { databaseFaults } from './rows/database.ts';
import { runRow } from './run-row.ts';
import { openStage, type Stage } from './stage.ts';

let shared: PostgresqlServer;
let ofLoyalty: PostgresqlServer;
let stage: Stage;
const group = databaseFaults(() => ofLoyalty);

beforeAll(async () => {
  [shared, ofLoyalty] = await Promise.all([startPostgresqlServer(), startPostgresqlServer()]);
  for (const name of ['users', 'orders']) await shared.createDatabase(name);
  await ofLoyalty.createDatabase('loyalty');
  stage = await openStage({
    databaseUrls: {
      users: { DATABASE_URL: shared.urlOf('users') },
      orders: { DATABASE_URL: shared.urlOf('orders') },
      loyalty: { DATABASE_URL: ofLoyalty.urlOf('loyalty') },
    },
  });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await shared?.[Symbol.asyncDispose]();
  await ofLoyalty?.[Symbol.asyncDispose]();
});

describe(group.title, () => {
  it.each(group.rows)('$name', (row) => runRow(row, stage));
});

// `npm run docs:resilience` writes the table; every other run compares it.
it('docs/resilience.md has these rows', async () => {
  const page = toPage([group]);
  if (process.env.WRITE_DOCS === 'true') await writeSection('docs/resilience.md', 'faults-database', page);
  expect(await readSection('docs/resilience.md', 'faults-database')).toBe(page.trim());
});
