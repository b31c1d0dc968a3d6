import { mayRead } from '@tributary/subgraph';
import type { OrdersContext } from '../context.ts';
import type { Order } from '../domain/order.ts';
import { parseUuid } from '../domain/uuid.ts';

/** `user` and `lines` belong to whoever could reach the order, so they ask for no further access. */
export const orderResolvers = {
  __resolveReference: ({ id }: { readonly id: string }, context: OrdersContext) => readOrder(id, context),

  user: ({ userId }: Order) => ({ id: userId }),

  lines: async ({ id }: Order, _args: unknown, { loaders }: OrdersContext) =>
    (await loaders.linesOfOrder.load(id)) ?? [],
};

/** The order if the caller may see it. Another user's order answers as one that does not exist. */
export async function readOrder(givenId: string, context: OrdersContext): Promise<Order | null> {
  const id = parseUuid(givenId);
  // A signed-out caller owns nothing: the database need not be asked.
  if (id === null || context.identity.subject === null) return null;
  const order = await context.loaders.orderById.load(id);
  return order !== null && mayRead(context.identity, order.userId) ? order : null;
}
