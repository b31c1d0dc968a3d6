import type { OrdersContext } from '../context.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import { parseUuid } from '../domain/uuid.ts';
import { requireCustomer } from './require-customer.ts';

type CancelOrderResult =
  | { readonly __typename: 'CancelOrderSuccess'; readonly order: Order }
  | { readonly __typename: 'OrderNotFound'; readonly message: string }
  | { readonly __typename: 'OrderNotCancellable'; readonly status: OrderStatus; readonly message: string };

/** Only the owner cancels: role support reads across users, but changes nothing. */
export async function cancelOrder(
  _parent: unknown,
  { id }: { readonly id: string },
  { identity, commands, loaders }: OrdersContext,
): Promise<CancelOrderResult> {
  const ownerId = requireCustomer(identity);
  const orderId = parseUuid(id);
  if (orderId === null) return notFound;

  const outcome = await commands.changeOrder({ orderId, ownerId, step: 'cancel' });
  loaders.forget();
  switch (outcome.kind) {
    case 'changed':
    case 'unchanged':
      return { __typename: 'CancelOrderSuccess', order: outcome.order };
    case 'impossible': {
      const message = `This order is ${outcome.status.toLowerCase()} and cannot be cancelled any more.`;
      return { __typename: 'OrderNotCancellable', status: outcome.status, message };
    }
    case 'not-found':
      return notFound;
  }
}

const notFound = { __typename: 'OrderNotFound', message: 'You have no order with this id.' } as const;
