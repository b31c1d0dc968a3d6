import { randomUUIDv7 } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { type FilledOrder, fillOrder, type OutOfStock } from '../domain/fill-order.ts';
import { fingerprint } from '../domain/idempotency.ts';
import type { Order } from '../domain/order.ts';
import { toOrderEvent } from '../domain/order-event.ts';
import { type InvalidInput, invalid, type WantedLine } from '../domain/order-lines.ts';
import { appendEvent } from './append-event.ts';
import { claimKey } from './idempotency-keys.ts';
import { lockProducts, moveStock } from './products.ts';
import { toOrder } from './read-orders.ts';
import type { Tables } from './tables.ts';

export interface PlaceOrderCommand {
  readonly userId: string;
  readonly lines: readonly WantedLine[];
  readonly idempotencyKey: string | null;
  readonly placedAt: Date;
  readonly traceparent: string | undefined;
}

export type PlaceOrderOutcome =
  | { readonly kind: 'placed'; readonly order: Order }
  | OutOfStock
  | InvalidInput;

/** Takes the stock, writes order, lines and event, and remembers the idempotency key: all in one transaction. */
export async function placeOrder(db: Kysely<Tables>, command: PlaceOrderCommand): Promise<PlaceOrderOutcome> {
  const orderId = randomUUIDv7();
  try {
    return await db.transaction().execute(async (transaction) => {
      const earlier = await findEarlier(transaction, command, orderId);
      if (earlier !== null) return earlier;

      const catalogue = await lockProducts(
        transaction,
        command.lines.map(({ sku }) => sku),
      );
      const filled = fillOrder(command.lines, catalogue);
      if (filled.kind !== 'filled') throw new Refusal(filled);

      await moveStock(transaction, filled.lines, -1);
      return { kind: 'placed', order: await insertOrder(transaction, orderId, command, filled) };
    });
  } catch (error) {
    if (error instanceof Refusal) return error.outcome;
    throw error;
  }
}

/** Null when the order is to be placed now, otherwise the outcome of the request that had the key before. */
async function findEarlier(
  transaction: Transaction<Tables>,
  { userId, lines, idempotencyKey: key }: PlaceOrderCommand,
  orderId: string,
): Promise<PlaceOrderOutcome | null> {
  if (key === null) return null;
  const claim = { userId, key, fingerprint: fingerprint(lines), orderId };
  const holder = await claimKey(transaction, claim);
  if (holder.orderId === orderId) return null;
  if (holder.fingerprint !== claim.fingerprint) {
    return invalid('idempotencyKey', 'This idempotency key was used for other lines before.');
  }
  const earlier = await transaction
    .selectFrom('customer_order')
    .selectAll()
    .where('id', '=', holder.orderId)
    .executeTakeFirstOrThrow();
  return { kind: 'placed', order: toOrder(earlier) };
}

async function insertOrder(
  transaction: Transaction<Tables>,
  orderId: string,
  { userId, placedAt, traceparent }: PlaceOrderCommand,
  { lines, total }: FilledOrder,
): Promise<Order> {
  const row = await transaction
    .insertInto('customer_order')
    .values({
      id: orderId,
      user_id: userId,
      status: 'PLACED',
      placed_at: placedAt,
      cancelled_at: null,
      total_minor: total.amountMinor,
      currency: total.currency,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`
    insert into order_line (order_id, position, sku, title, quantity, unit_price_minor)
    select ${orderId}::uuid, line.position, line.sku, line.title, line.quantity, line.unit_price_minor
    from unnest(
      ${lines.map(({ sku }) => sku)}::text[],
      ${lines.map(({ title }) => title)}::text[],
      ${lines.map(({ quantity }) => quantity)}::integer[],
      ${lines.map(({ unitPrice }) => unitPrice.amountMinor)}::bigint[]
    ) with ordinality as line (sku, title, quantity, unit_price_minor, position)
  `.execute(transaction);
  const event = toOrderEvent({
    id: randomUUIDv7(),
    type: 'order.placed',
    orderId,
    userId,
    occurredAt: placedAt,
    total,
  });
  await appendEvent(transaction, { event, traceparent, at: placedAt });
  return toOrder(row);
}

/** Rolls the transaction back, the claimed key included: a later attempt with the key is made afresh. */
class Refusal extends Error {
  readonly outcome: PlaceOrderOutcome;

  constructor(outcome: PlaceOrderOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}
