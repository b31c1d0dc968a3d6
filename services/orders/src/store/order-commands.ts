import type { Kysely } from 'kysely';
import type { WantedLine } from '../domain/order-lines.ts';
import type { OrderStep } from '../domain/order-status.ts';
import { type ChangeOrderOutcome, changeOrder } from './change-order.ts';
import { type PlaceOrderOutcome, placeOrder } from './place-order.ts';
import type { Tables } from './tables.ts';

/** The two ways to change orders. Each is one transaction, and what it answers is committed. */
export interface OrderCommands {
  placeOrder(purchase: Purchase): Promise<PlaceOrderOutcome>;
  changeOrder(change: Change): Promise<ChangeOrderOutcome>;
}

export interface Purchase {
  readonly userId: string;
  readonly lines: readonly WantedLine[];
  readonly idempotencyKey: string | null;
}

export interface Change {
  readonly orderId: string;
  readonly step: OrderStep;
  readonly ownerId: string | null;
}

export interface OrderCommandsOptions {
  readonly db: Kysely<Tables>;
  readonly now: () => Date;
  /** The trace context of the caller, kept with the events. */
  readonly traceparent: () => string | undefined;
  /** Called after each commit, so that a new event is delivered at once rather than at the next poll. */
  readonly onCommit: () => void;
}

export function createOrderCommands({ db, now, traceparent, onCommit }: OrderCommandsOptions): OrderCommands {
  return {
    async placeOrder(purchase) {
      const outcome = await placeOrder(db, { ...purchase, placedAt: now(), traceparent: traceparent() });
      if (outcome.kind === 'placed') onCommit();
      return outcome;
    },
    async changeOrder(change) {
      const outcome = await changeOrder(db, { ...change, at: now(), traceparent: traceparent() });
      if (outcome.kind === 'changed') onCommit();
      return outcome;
    },
  };
}
