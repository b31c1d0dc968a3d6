import { type Kysely, type Selectable, sql } from 'kysely';
import type { OrderLine } from '../domain/fill-order.ts';
import type { Order } from '../domain/order.ts';
import type { CustomerOrderTable, Tables } from './tables.ts';

/** The place of an order in its user's list. */
export interface OrderPlace {
  readonly placedAt: Date;
  readonly id: string;
}

/** One page of one user's list: `limit` orders that come after `after`. */
export interface OrderPageRequest {
  readonly userId: string;
  readonly limit: number;
  readonly after: OrderPlace | null;
}

export async function findOrders(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Order>> {
  const rows = await db
    .selectFrom('customer_order')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, toOrder(row)]));
}

/**
 * The pages of many users in one statement, newest order first; the answer is in the order of the requests. The
 * lateral join walks the index once per request and stops at its limit, so a deep page costs what the first does.
 */
export async function findOrderPages(
  db: Kysely<Tables>,
  requests: readonly OrderPageRequest[],
): Promise<readonly (readonly Order[])[]> {
  const pages: Order[][] = requests.map(() => []);
  const { rows } = await sql<Selectable<CustomerOrderTable> & { readonly slot: number }>`
    select wanted.slot::integer as slot, page.*
    from unnest(
      ${requests.map(({ userId }) => userId)}::uuid[],
      ${requests.map(({ limit }) => limit)}::integer[],
      ${requests.map(({ after }) => after?.placedAt.toISOString() ?? FIRST_PAGE.placedAt)}::timestamptz[],
      ${requests.map(({ after }) => after?.id ?? FIRST_PAGE.id)}::uuid[]
    ) with ordinality as wanted (user_id, page_limit, after_placed_at, after_id, slot)
    cross join lateral (
      select * from customer_order
      where customer_order.user_id = wanted.user_id
        and (customer_order.placed_at, customer_order.id) < (wanted.after_placed_at, wanted.after_id)
      order by customer_order.placed_at desc, customer_order.id desc
      limit wanted.page_limit
    ) as page
    order by wanted.slot, page.placed_at desc, page.id desc
  `.execute(db);
  for (const { slot, ...row } of rows) pages[slot - 1]?.push(toOrder(row));
  return pages;
}

/** A place before every order. An `is null or` instead of it would keep the index from being entered at the cursor. */
const FIRST_PAGE = { placedAt: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** The lines of many orders in one statement, in the order in which they were asked for. */
export async function findLines(
  db: Kysely<Tables>,
  orderIds: readonly string[],
): Promise<Map<string, OrderLine[]>> {
  const rows = await db
    .selectFrom('order_line')
    .innerJoin('customer_order', 'customer_order.id', 'order_line.order_id')
    .selectAll('order_line')
    .select('customer_order.currency')
    .where(sql<boolean>`order_line.order_id = any(${orderIds}::uuid[])`)
    .orderBy('order_line.order_id')
    .orderBy('order_line.position')
    .execute();
  const lines = new Map<string, OrderLine[]>();
  for (const row of rows) {
    const line = {
      sku: row.sku,
      title: row.title,
      quantity: row.quantity,
      unitPrice: { amountMinor: row.unit_price_minor, currency: row.currency },
    };
    const known = lines.get(row.order_id);
    if (known === undefined) lines.set(row.order_id, [line]);
    else known.push(line);
  }
  return lines;
}

export function toOrder(row: Selectable<CustomerOrderTable>): Order {
  return {
    id: row.id,
    number: row.number,
    userId: row.user_id,
    status: row.status,
    placedAt: row.placed_at,
    cancelledAt: row.cancelled_at,
    total: { amountMinor: row.total_minor, currency: row.currency },
  };
}
