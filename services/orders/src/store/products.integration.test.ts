import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openShop } from '../testing.ts';
import { lockProducts } from './products.ts';
import type { Tables } from './tables.ts';

it('locks products in the order of their SKU, whatever order they lie or are asked for in', async (test) => {
  await using shop = await openShop();
  const { db, kind } = shop.database;
  // Two transactions at once need two connections.
  test.skip(kind === 'embedded');
  // A scan of the table would come to Z first.
  await shop.addProduct({ sku: 'Z' });
  await shop.addProduct({ sku: 'A' });

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

async function isSomebodyWaiting(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `.execute(db);
  return rows.length > 0;
}
