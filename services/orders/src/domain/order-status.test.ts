import { describe, expect, it } from 'vitest';
import { nextStatus, type OrderStatus, type OrderStep } from './order-status.ts';

const STATUSES: readonly OrderStatus[] = ['PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'];
const STEPS: readonly OrderStep[] = ['pay', 'ship', 'deliver', 'cancel'];

const POSSIBLE: readonly (readonly [OrderStatus, OrderStep, OrderStatus])[] = [
  ['PLACED', 'pay', 'PAID'],
  ['PLACED', 'cancel', 'CANCELLED'],
  ['PAID', 'ship', 'SHIPPED'],
  ['PAID', 'cancel', 'CANCELLED'],
  ['SHIPPED', 'deliver', 'DELIVERED'],
];

const IMPOSSIBLE = STATUSES.flatMap((status) => STEPS.map((step) => [status, step] as const)).filter(
  ([status, step]) => !POSSIBLE.some(([from, by]) => from === status && by === step),
);

describe('the status of an order', () => {
  it.each(POSSIBLE)('goes from %s by %s to %s', (status, step, next) => {
    expect(nextStatus(status, step)).toBe(next);
  });

  it.each(IMPOSSIBLE)('does not go from %s by %s anywhere', (status, step) => {
    expect(nextStatus(status, step)).toBeNull();
  });

  it('has no other steps than these twenty', () => {
    expect(POSSIBLE.length + IMPOSSIBLE.length).toBe(20);
  });
});
