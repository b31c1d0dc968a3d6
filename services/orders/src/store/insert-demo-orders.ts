import { type Kysely, sql } from 'kysely';
import type { OrderLine, Product } from '../domain/fill-order.ts';
import type { Order } from '../domain/order.ts';
import type { Tables } from './tables.ts';

export interface OrderWithLines extends Order {
  readonly lines: readonly OrderLine[];
}

/** Products that are there already keep their price and stock. */
export async function insertProducts(db: Kysely<Tables>, products: readonly Product[]): Promise<void> {
  await sql`
    insert into product (sku, title, unit_price_minor, currency, stock)
    select * from unnest(
      ${products.map(({ sku }) => sku)}::text[],
      ${products.map(({ title }) => title)}::text[],
      ${products.map(({ unitPriceMinor }) => unitPriceMinor)}::bigint[],
      ${products.map(({ currency }) => currency)}::text[],
      ${products.map(({ stock }) => stock)}::integer[]
    )
    on conflict do nothing
  `.execute(db);
}

/**
 * Orders as they are, in two statements: no stock is taken and no event is written. An array for each column keeps a
 * batch of thousands at twelve parameters.
 */
export async function insertOrders(db: Kysely<Tables>, orders: readonly OrderWithLines[]): Promise<void> {
  await sql`
    insert into customer_order (id, number, user_id, status, placed_at, cancelled_at, total_minor, currency)
    select * from unnest(
      ${orders.map(({ id }) => id)}::uuid[],
      ${orders.map(({ number }) => number)}::text[],
      ${orders.map(({ userId }) => userId)}::uuid[],
      ${orders.map(({ status }) => status)}::text[],
      ${orders.map(({ placedAt }) => placedAt.toISOString())}::timestamptz[],
      ${orders.map(({ cancelledAt }) => cancelledAt?.toISOString() ?? null)}::timestamptz[],
      ${orders.map(({ total }) => total.amountMinor)}::bigint[],
      ${orders.map(({ total }) => total.currency)}::text[]
    )
  `.execute(db);
  const lines = orders.flatMap(({ id, lines }) =>
    lines.map((line, index) => ({ id, position: index + 1, ...line })),
  );
  await sql`
    insert into order_line (order_id, position, sku, title, quantity, unit_price_minor)
    select * from unnest(
      ${lines.map(({ id }) => id)}::uuid[],
      ${lines.map(({ position }) => position)}::integer[],
      ${lines.map(({ sku }) => sku)}::text[],
      ${lines.map(({ title }) => title)}::text[],
      ${lines.map(({ quantity }) => quantity)}::integer[],
      ${lines.map(({ unitPrice }) => unitPrice.amountMinor)}::bigint[]
    )
  `.execute(db);
}
