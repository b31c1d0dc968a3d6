import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { OrderLine, Product } from '../domain/fill-order.ts';
import type { Order } from '../domain/order.ts';
import { findProducts } from '../store/products.ts';
import { findLines, findOrders } from '../store/read-orders.ts';
import type { Tables } from '../store/tables.ts';
import { createOrderPageLoader, type OrderPageLoader } from './order-pages.ts';

/** One set for each request. They know nothing of access: what they load is for the resolver to give out or not. */
export interface Loaders {
  readonly orderById: BatchLoader<string, Order>;
  readonly orderPages: OrderPageLoader;
  readonly linesOfOrder: BatchLoader<string, readonly OrderLine[]>;
  readonly productBySku: BatchLoader<string, Product>;
  /** After a mutation: what is loaded later in the same operation must not be from before it. */
  forget(): void;
}

export function createLoaders(db: Kysely<Tables>): Loaders {
  const loaders = {
    orderById: createBatchLoader<string, Order>('orderById', (ids) => findOrders(db, ids)),
    orderPages: createOrderPageLoader(db),
    linesOfOrder: createBatchLoader<string, readonly OrderLine[]>('linesOfOrder', (ids) =>
      findLines(db, ids),
    ),
    productBySku: createBatchLoader<string, Product>('productBySku', (skus) => findProducts(db, skus)),
  };
  return {
    ...loaders,
    forget() {
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}
