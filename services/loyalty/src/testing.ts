import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@tributary/database/testing';
import type { Identity } from '@tributary/identity';
import type { SubgraphDefinition } from '@tributary/subgraph';
import { executeAs } from '@tributary/subgraph/testing';
import type { LoyaltyContext } from './context.ts';
import type { OrderEvent } from './domain/order-events.ts';
import type { LoyaltyTables } from './store/tables.ts';

/** Loyalty's database for one test file, empty: see `openTestDatabase`. */
export function openLoyaltyDatabase(): Promise<TestDatabase<LoyaltyTables>> {
  return openTestDatabase({ migrations: new URL('../migrations/', import.meta.url) });
}

/** An event that places an order of 100 points on 1 March 2026, of a new user unless told otherwise. */
export function placedEvent(change: Partial<OrderEvent> & { readonly amount?: string } = {}): OrderEvent {
  const { amount = '100.50', ...rest } = change;
  return {
    id: randomUUID(),
    type: 'order.placed',
    orderId: randomUUID(),
    userId: randomUUID(),
    occurredAt: new Date('2026-03-01T10:00:00Z'),
    total: { amount, currency: 'EUR' },
    ...rest,
  };
}

/** The event that cancels the order of `placed`, a day later. */
export function cancelledEvent(placed: OrderEvent): OrderEvent {
  const occurredAt = new Date(placed.occurredAt.getTime() + 86_400_000);
  return { ...placed, id: randomUUID(), type: 'order.cancelled', occurredAt };
}

/** One event for each day from 1 March 2026 on, all of one user. */
export function eventsOnDays(userId: string, count: number): readonly OrderEvent[] {
  return Array.from({ length: count }, (_, day) =>
    placedEvent({ userId, occurredAt: new Date(Date.UTC(2026, 2, 1 + day)), amount: `${day + 1}.00` }),
  );
}

export interface Representation {
  readonly __typename: 'User' | 'LoyaltyAccount' | 'Order';
  readonly id: string;
  readonly total?: { readonly amount: string; readonly currency: string };
}

/** Asks for entities as the gateway does; `selection` is an inline fragment on their type. Fails on any error. */
export async function readEntities<Entity>(
  loyalty: SubgraphDefinition<LoyaltyContext>,
  identity: Identity,
  representations: readonly Representation[],
  selection: string,
): Promise<readonly (Entity | null)[]> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  const { data, errors } = await executeAs<{ _entities: readonly (Entity | null)[] }, LoyaltyContext>(
    loyalty,
    identity,
    query,
    { representations },
  );
  if (data === null || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data._entities;
}
