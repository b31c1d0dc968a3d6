import type { OrdersContext } from '../context.ts';
import type { Product } from '../domain/fill-order.ts';
import type { Money } from '../domain/money.ts';
import { isSku } from '../domain/order-lines.ts';

/** The catalogue is public: a product has no owner. */
export const productResolvers = {
  __resolveReference: ({ sku }: { readonly sku: string }, { loaders }: OrdersContext) =>
    isSku(sku) ? loaders.productBySku.load(sku) : null,

  price: ({ unitPriceMinor, currency }: Product): Money => ({ amountMinor: unitPriceMinor, currency }),

  available: ({ stock }: Product) => stock,
};
