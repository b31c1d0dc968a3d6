import { expect, it } from 'vitest';
import { toOrderEvent } from './order-event.ts';

it('writes an event as receivers read it: amounts as decimals, instants in UTC', () => {
  const event = toOrderEvent({
    id: '0f0f0f0f-0000-4000-8000-000000000001',
    type: 'order.placed',
    orderId: '0f0f0f0f-0000-4000-8000-000000000002',
    userId: '0f0f0f0f-0000-4000-8000-000000000003',
    occurredAt: new Date('2026-11-20T10:00:00+01:00'),
    total: { amountMinor: 1230n, currency: 'EUR' },
  });
  expect(JSON.parse(JSON.stringify(event))).toEqual({
    id: '0f0f0f0f-0000-4000-8000-000000000001',
    type: 'order.placed',
    orderId: '0f0f0f0f-0000-4000-8000-000000000002',
    userId: '0f0f0f0f-0000-4000-8000-000000000003',
    occurredAt: '2026-11-20T09:00:00.000Z',
    total: { amount: '12.30', currency: 'EUR' },
  });
});
