import type { Page } from '@tributary/pagination';
import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { Order } from '../domain/order.ts';
import { findOrderPages } from '../store/read-orders.ts';
import type { Tables } from '../store/tables.ts';

export interface OrderPageKey {
  readonly userId: string;
  readonly page: Page<[placedAt: Date, id: string]>;
}

/** Gives one order more than the page has, when there is one: `toConnection` tells by it whether there is a next page. */
export type OrderPageLoader = BatchLoader<OrderPageKey, readonly Order[], string>;

/** However many users and different pages a request asks for, they are read in one statement. */
export function createOrderPageLoader(db: Kysely<Tables>): OrderPageLoader {
  return createBatchLoader<OrderPageKey, readonly Order[], string>(
    'orderPages',
    async (keys) => {
      const pages = await findOrderPages(
        db,
        keys.map(({ userId, page: { limit, after } }) => ({
          userId,
          limit: limit + 1,
          after: after === undefined ? null : { placedAt: after[0], id: after[1] },
        })),
      );
      return new Map(keys.map((key, index) => [toCacheKey(key), pages[index] ?? []]));
    },
    { cacheKey: toCacheKey },
  );
}

function toCacheKey({ userId, page }: OrderPageKey): string {
  return JSON.stringify([userId, page.limit, page.after]);
}
