import { type Kysely, type Selectable, sql } from 'kysely';
import type { Product } from '../domain/fill-order.ts';
import type { WantedLine } from '../domain/order-lines.ts';
import type { ProductTable, Tables } from './tables.ts';

/** Products by SKU; unknown ones are left out. */
export async function findProducts(
  db: Kysely<Tables>,
  skus: readonly string[],
): Promise<Map<string, Product>> {
  return bySku(await db.selectFrom('product').selectAll().where(isAnyOf(skus)).execute());
}

/** The catalogue by SKU, `limit` products after `afterSku`. */
export async function findProductPage(
  db: Kysely<Tables>,
  { limit, afterSku }: { readonly limit: number; readonly afterSku: string | null },
): Promise<readonly Product[]> {
  const rows = await db
    .selectFrom('product')
    .selectAll()
    .$if(afterSku !== null, (query) => query.where('sku', '>', afterSku))
    .orderBy('sku')
    .limit(limit)
    .execute();
  return rows.map(toProduct);
}

/**
 * Products as they are now, and as they stay until the transaction ends. Whoever changes stock comes through here:
 * rows are locked in the order of their SKU, so orders that share products wait for each other and never deadlock.
 */
export async function lockProducts(
  db: Kysely<Tables>,
  skus: readonly string[],
): Promise<Map<string, Product>> {
  return bySku(
    await db.selectFrom('product').selectAll().where(isAnyOf(skus)).orderBy('sku').forNoKeyUpdate().execute(),
  );
}

/** Takes pieces out of stock (`sign` -1) or puts them back (1), all lines in one statement. */
export async function moveStock(
  db: Kysely<Tables>,
  lines: readonly WantedLine[],
  sign: 1 | -1,
): Promise<void> {
  await sql`
    update product set stock = product.stock + moved.quantity
    from unnest(
      ${lines.map(({ sku }) => sku)}::text[],
      ${lines.map(({ quantity }) => sign * quantity)}::integer[]
    ) as moved (sku, quantity)
    where product.sku = moved.sku
  `.execute(db);
}

function isAnyOf(skus: readonly string[]) {
  return sql<boolean>`sku = any(${skus}::text[])`;
}

function bySku(rows: readonly Selectable<ProductTable>[]): Map<string, Product> {
  return new Map(rows.map((row) => [row.sku, toProduct(row)]));
}

function toProduct(row: Selectable<ProductTable>): Product {
  return {
    sku: row.sku,
    title: row.title,
    unitPriceMinor: row.unit_price_minor,
    currency: row.currency,
    stock: row.stock,
  };
}
