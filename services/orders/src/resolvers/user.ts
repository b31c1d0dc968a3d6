import { parsePage, toConnection } from '@tributary/pagination';
import { mayRead } from '@tributary/subgraph';
import type { OrdersContext } from '../context.ts';
import { parseUuid } from '../domain/uuid.ts';
import { MAX_PAGE_SIZE, type PageArgs } from './page-args.ts';

interface UserReference {
  readonly id: string;
}

export const userResolvers = {
  /** Null for another user: their list cannot be told from that of a user who does not exist. */
  __resolveReference({ id: givenId }: UserReference, { identity }: OrdersContext): UserReference | null {
    const id = parseUuid(givenId);
    return id !== null && mayRead(identity, id) ? { id } : null;
  },

  async orders({ id }: UserReference, args: PageArgs, { loaders }: OrdersContext) {
    const page = parsePage(args, { max: MAX_PAGE_SIZE, cursor: ['date', 'uuid'] });
    const orders = (await loaders.orderPages.load({ userId: id, page })) ?? [];
    return toConnection(orders, page, (order) => [order.placedAt, order.id]);
  },
};
