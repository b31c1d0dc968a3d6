import type { Money } from './money.ts';
import type { OrderStatus } from './order-status.ts';

/** An order without its lines, which are read only when somebody asks for them. */
export interface Order {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly placedAt: Date;
  readonly cancelledAt: Date | null;
  readonly total: Money;
}
