import { randomUUIDv7 } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Order } from '../domain/order.ts';
import { toOrderEvent } from '../domain/order-event.ts';
import { nextStatus, type OrderStatus, type OrderStep } from '../domain/order-status.ts';
import { appendEvent } from './append-event.ts';
import { lockProducts, moveStock } from './products.ts';
import { toOrder } from './read-orders.ts';
import type { Tables } from './tables.ts';

export interface ChangeOrderCommand {
  readonly orderId: string;
  readonly step: OrderStep;
  /** Only this user's order is changed; null is for the operators' port, which knows no users. */
  readonly ownerId: string | null;
  readonly at: Date;
  readonly traceparent: string | undefined;
}

export type ChangeOrderOutcome =
  | { readonly kind: 'changed'; readonly order: Order }
  /** A retry: the order was cancelled before, and nothing more happened to it or to the stock. */
  | { readonly kind: 'unchanged'; readonly order: Order }
  | { readonly kind: 'impossible'; readonly status: OrderStatus }
  | { readonly kind: 'not-found' };

/** One step of the status machine under the order's row lock: concurrent steps of one order happen one by one. */
export async function changeOrder(
  db: Kysely<Tables>,
  { orderId, step, ownerId, at, traceparent }: ChangeOrderCommand,
): Promise<ChangeOrderOutcome> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('customer_order')
      .selectAll()
      .where('id', '=', orderId)
      .$if(ownerId !== null, (query) => query.where('user_id', '=', ownerId))
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: 'not-found' };
    if (step === 'cancel' && row.status === 'CANCELLED') return { kind: 'unchanged', order: toOrder(row) };

    const status = nextStatus(row.status, step);
    if (status === null) return { kind: 'impossible', status: row.status };

    const changed = await transaction
      .updateTable('customer_order')
      .set({ status, cancelled_at: status === 'CANCELLED' ? at : null })
      .where('id', '=', orderId)
      .returningAll()
      .executeTakeFirstOrThrow();
    const order = toOrder(changed);
    if (status === 'CANCELLED') await undo(transaction, order, at, traceparent);
    return { kind: 'changed', order };
  });
}

/** What else a cancellation means: the stock goes back, and the receivers of events hear of it. */
async function undo(
  transaction: Transaction<Tables>,
  { id, userId, total }: Order,
  at: Date,
  traceparent: string | undefined,
): Promise<void> {
  const lines = await transaction
    .selectFrom('order_line')
    .select(['sku', 'quantity'])
    .where('order_id', '=', id)
    .execute();
  await lockProducts(
    transaction,
    lines.map(({ sku }) => sku),
  );
  await moveStock(transaction, lines, 1);
  const event = toOrderEvent({
    id: randomUUIDv7(),
    type: 'order.cancelled',
    orderId: id,
    userId,
    occurredAt: at,
    total,
  });
  await appendEvent(transaction, { event, traceparent, at });
}
