import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrderEntry, type OrderEvent, settleOrderEvents } from './order-events.ts';

const placed: OrderEvent = {
  id: 'event-placed',
  type: 'order.placed',
  orderId: 'order',
  userId: 'user',
  occurredAt: new Date('2026-03-01T10:00:00Z'),
  total: { amount: '12.30', currency: 'EUR' },
};
const cancelled: OrderEvent = { ...placed, id: 'event-cancelled', type: 'order.cancelled' };

describe('settleOrderEvents', () => {
  it('earns points for an order and takes them back when it is cancelled', () => {
    expect(pointsOf([placed, cancelled])).toEqual([12, -12]);
  });

  it('takes back what the ledger holds, whatever total the cancellation names', () => {
    expect(pointsOf([placed, { ...cancelled, total: { amount: '9999', currency: 'EUR' } }])).toEqual([
      12, -12,
    ]);
  });

  it('earns nothing for an order whose cancellation came first, and never goes below zero', () => {
    expect(pointsOf([cancelled, placed])).toEqual([0, 0]);
  });

  it('counts an event once, in one batch or a later one', () => {
    const { entries, results } = settleOrderEvents([placed, placed], []);
    expect(results.map((result) => result.status)).toEqual(['applied', 'duplicate']);
    expect(settleOrderEvents([placed], entries)).toEqual({
      entries: [],
      results: [{ id: placed.id, status: 'duplicate' }],
    });
  });

  it('counts an order that two events with other ids place or cancel once', () => {
    const twice = [placed, { ...placed, id: 'other' }, cancelled, { ...cancelled, id: 'another' }];
    const { entries, results } = settleOrderEvents(twice, []);
    expect(results.map((result) => result.status)).toEqual(['applied', 'duplicate', 'applied', 'duplicate']);
    expect(entries.map((entry) => entry.points)).toEqual([12, -12]);
  });

  it('rejects an event id that was used for another event', () => {
    const { entries, results } = settleOrderEvents([placed, { ...cancelled, id: placed.id }], []);
    expect(entries).toHaveLength(1);
    expect(results[1]).toEqual({
      id: placed.id,
      status: 'rejected',
      reason: 'this event id was used for another event',
    });
  });

  it('rejects an event that names another account than the order belongs to', () => {
    const { entries, results } = settleOrderEvents([placed, { ...cancelled, userId: 'stranger' }], []);
    expect(entries).toHaveLength(1);
    expect(results[1]).toMatchObject({ status: 'rejected', reason: 'this order belongs to another account' });
  });

  it('comes to the same balance however events repeat, in whatever order and batches they arrive', () => {
    fc.assert(
      fc.property(deliveries, fc.nat({ max: 5 }), ({ isCancelled, deliveredEvents }, cut) => {
        const first = settleOrderEvents(deliveredEvents.slice(0, cut), []);
        const second = settleOrderEvents(deliveredEvents.slice(cut), first.entries);
        const entries = [...first.entries, ...second.entries];

        expect(sum(entries)).toBe(isCancelled ? 0 : 12);
        expect(new Set(entries.map((entry) => entry.eventId)).size).toBe(entries.length);
        entries.forEach((_, index) => {
          expect(sum(entries.slice(0, index + 1))).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });
});

/** At-least-once deliveries of one order, in any order; each event that was sent arrives. */
const deliveries = fc.boolean().chain((isCancelled) => {
  const sent = isCancelled ? [placed, cancelled] : [placed];
  return fc
    .array(fc.constantFrom(...sent), { maxLength: 6 })
    .chain((repeats) => {
      const all = [...sent, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length });
    })
    .map((deliveredEvents) => ({ isCancelled, deliveredEvents }));
});

function pointsOf(events: readonly OrderEvent[]): readonly number[] {
  return settleOrderEvents(events, []).entries.map((entry) => entry.points);
}

function sum(entries: readonly OrderEntry[]): number {
  return entries.reduce((total, entry) => total + entry.points, 0);
}
