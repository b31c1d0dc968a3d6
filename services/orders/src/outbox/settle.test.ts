import { describe, expect, it } from 'vitest';
import type { LeasedEvent } from '../store/outbox.ts';
import type { EventResult } from './receiver.ts';
import { toSettlement } from './settle.ts';

const now = new Date('2026-11-20T09:00:00.000Z');
const options = { now, random: () => 0.5, maxAttempts: 3 };
const leased = (sequence: bigint, attempts = 1): LeasedEvent => ({
  sequence,
  attempts,
  traceparent: null,
  event: {
    id: `event-${sequence}`,
    type: 'order.placed',
    orderId: 'o',
    userId: 'u',
    occurredAt: now.toISOString(),
    total: { amount: '1.00', currency: 'EUR' },
  },
});
const results = (entries: Record<string, EventResult>) => ({
  results: new Map(Object.entries(entries)),
  failure: 'status 500',
});

describe('toSettlement', () => {
  it('is done with what the receiver accepted', () => {
    const outcome = results({ 'event-1': { kind: 'accepted' } });
    expect(toSettlement([leased(1n)], outcome, options)).toEqual({ delivered: [1n], retry: [], dead: [] });
  });

  it('gives up a rejected event at once', () => {
    const outcome = results({ 'event-1': { kind: 'rejected', reason: 'no such type' } });
    expect(toSettlement([leased(1n)], outcome, options)).toMatchObject({
      dead: [{ sequence: 1n, reason: 'rejected: no such type' }],
    });
  });

  it('sends an event without a result again, later each time', () => {
    const { retry } = toSettlement([leased(1n, 1), leased(2n, 2)], results({}), options);
    expect(retry.map(({ dueAt }) => dueAt.getTime() - now.getTime())).toEqual([500, 1_000]);
  });

  it('gives up after the last attempt and says why', () => {
    expect(toSettlement([leased(1n, 3)], results({}), options)).toMatchObject({
      retry: [],
      dead: [{ sequence: 1n, reason: 'given up after 3 attempts: status 500' }],
    });
  });

  it('ignores results for events that were not sent', () => {
    const outcome = results({ 'event-9': { kind: 'accepted' } });
    expect(toSettlement([leased(1n)], outcome, options)).toMatchObject({
      delivered: [],
      retry: [{ sequence: 1n }],
    });
  });
});
