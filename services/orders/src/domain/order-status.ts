export type OrderStatus = 'PLACED' | 'PAID' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

/** What can happen to an order after it was placed. */
export type OrderStep = 'pay' | 'ship' | 'deliver' | 'cancel';

/**
 * The whole status machine. A step that is not listed under a status is impossible there: nothing is shipped
 * before it is paid for, and nothing is cancelled once it is on its way.
 */
const STEPS: Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderStep, OrderStatus>>>>> = {
  PLACED: { pay: 'PAID', cancel: 'CANCELLED' },
  PAID: { ship: 'SHIPPED', cancel: 'CANCELLED' },
  SHIPPED: { deliver: 'DELIVERED' },
  DELIVERED: {},
  CANCELLED: {},
};

/** The status after `step`, or null when the step is impossible. */
export function nextStatus(status: OrderStatus, step: OrderStep): OrderStatus | null {
  return STEPS[status][step] ?? null;
}
