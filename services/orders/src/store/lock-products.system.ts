import { openDatabase } from '@tributary/database';
import { startPostgresqlServer } from '@tributary/database/testing';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { insertProducts } from './insert-demo-orders.ts';
import { lockProducts } from './products.ts';
import type { Tables } from './tables.ts';

// Two transactions at once need two connections; the embedded database has one.
it('locks products in the order of their SKU, whatever order they lie or are asked for in', async () => {
  await using server = await startPostgresqlServer();
  const migrations = new URL('../../migrations/', import.meta.url);
  await using database = await openDatabase<Tables>({ name: 'test', url: server.url, migrations });
  const { db } = database;
  // A scan of the table would come to Z first.
  await insertProducts(db, [product('Z'), product('A')]);

  const { waiting } = await db.transaction().execute(async (holder) => {
    await lockProducts(holder, ['A']);
    const waiting = db.transaction().execute((waiter) => lockProducts(waiter, ['Z', 'A']));
    while (!(await isSomebodyWaiting(db)));
    // The waiter holds nothing yet: had it begun with Z, this would fail.
    await sql`select from product where sku = 'Z' for update nowait`.execute(db);
    return { waiting };
  });
  expect([...(await waiting).keys()]).toEqual(['A', 'Z']);
});

const product = (sku: string) => ({ sku, title: sku, unitPriceMinor: 1230n, currency: 'EUR', stock: 10 });

async function isSomebodyWaiting(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `.execute(db);
  return rows.length > 0;
}
