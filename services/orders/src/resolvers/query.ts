import { parsePage, toConnection } from '@tributary/pagination';
import type { OrdersContext } from '../context.ts';
import { findProductPage } from '../store/products.ts';
import { readOrder } from './order.ts';
import { MAX_PAGE_SIZE, type PageArgs } from './page-args.ts';

export const queryResolvers = {
  order: (_parent: unknown, { id }: { readonly id: string }, context: OrdersContext) =>
    readOrder(id, context),

  async products(_parent: unknown, args: PageArgs, { db }: OrdersContext) {
    const page = parsePage(args, { max: MAX_PAGE_SIZE, cursor: ['string'] });
    const products = await findProductPage(db, { limit: page.limit + 1, afterSku: page.after?.[0] ?? null });
    return toConnection(products, page, ({ sku }) => [sku]);
  },
};
