import type { ColumnType, Generated } from 'kysely';
import type { OrderEvent } from '../domain/order-event.ts';
import type { OrderStatus } from '../domain/order-status.ts';

/** The tables of migrations/, as Kysely sees them. */
export interface Tables {
  readonly product: ProductTable;
  readonly customer_order: CustomerOrderTable;
  readonly order_line: OrderLineTable;
  readonly idempotency_key: IdempotencyKeyTable;
  readonly outbox: OutboxTable;
  readonly dead_letter: DeadLetterTable;
  readonly seed: SeedTable;
}

export interface ProductTable {
  readonly sku: string;
  readonly title: string;
  readonly unit_price_minor: bigint;
  readonly currency: string;
  readonly stock: number;
}

export interface CustomerOrderTable {
  readonly id: string;
  readonly number: Generated<string>;
  readonly user_id: string;
  readonly status: OrderStatus;
  readonly placed_at: Date;
  readonly cancelled_at: Date | null;
  readonly total_minor: bigint;
  readonly currency: string;
}

export interface OrderLineTable {
  readonly order_id: string;
  readonly position: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unit_price_minor: bigint;
}

export interface IdempotencyKeyTable {
  readonly user_id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly order_id: string;
  readonly created_at: Generated<Date>;
}

/** jsonb: goes in as text, comes out parsed. */
type EventColumn = ColumnType<OrderEvent, string, never>;

export interface OutboxTable {
  readonly sequence: Generated<bigint>;
  readonly event_id: string;
  readonly order_id: string;
  readonly event: EventColumn;
  readonly traceparent: string | null;
  readonly created_at: Date;
  readonly attempts: Generated<number>;
  readonly due_at: Date;
  readonly lease: string | null;
}

export interface DeadLetterTable {
  readonly event_id: string;
  readonly order_id: string;
  readonly event: EventColumn;
  readonly traceparent: string | null;
  readonly created_at: Date;
  readonly attempts: number;
  readonly reason: string;
  readonly died_at: Date;
}

export interface SeedTable {
  readonly scale: string;
  readonly seeded_orders: number;
}
