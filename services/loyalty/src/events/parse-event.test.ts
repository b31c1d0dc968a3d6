import { describe, expect, it } from 'vitest';
import { parseEvent } from './parse-event.ts';

const valid = {
  id: '0f0f0f0f-0000-4000-8000-000000000001',
  type: 'order.placed',
  orderId: '0f0f0f0f-0000-4000-8000-000000000002',
  userId: '0F0F0F0F-0000-4000-8000-00000000000A',
  occurredAt: '2026-03-01T12:00:00+02:00',
  total: { amount: '12.30', currency: 'EUR' },
};

describe('parseEvent', () => {
  it('reads an event, with ids in lower case, the instant as a date, and without what it does not know', () => {
    expect(parseEvent({ ...valid, addedLater: true })).toEqual({
      event: {
        ...valid,
        userId: valid.userId.toLowerCase(),
        occurredAt: new Date('2026-03-01T10:00:00Z'),
      },
    });
  });

  it.each([
    [{ id: 'nonsense' }, 'id must be a UUID'],
    [{ type: 'order.eaten' }, 'type is not a type that loyalty knows'],
    [{ orderId: 7 }, 'orderId must be a UUID'],
    [{ userId: undefined }, 'userId must be a UUID'],
    [{ occurredAt: 'yesterday' }, 'occurredAt must be an RFC 3339 instant with an offset'],
    [{ occurredAt: '2026-03-01T10:00:00' }, 'occurredAt must be an RFC 3339 instant with an offset'],
    [{ occurredAt: '2026-02-30T10:00:00Z' }, 'occurredAt must be an RFC 3339 instant with an offset'],
    [{ occurredAt: '0000-01-01T00:00:00Z' }, 'occurredAt must be an instant between 1970 and 2200'],
    [{ occurredAt: '9999-12-31T23:59:59-14:00' }, 'occurredAt must be an instant between 1970 and 2200'],
    [{ total: null }, 'total must be an amount and a currency'],
    [{ total: { amount: 12.3, currency: 'EUR' } }, 'total.amount must be decimal text'],
    [{ total: { amount: '-5', currency: 'EUR' } }, 'total.amount must be a decimal that is not negative'],
    [{ total: { amount: '1e9', currency: 'EUR' } }, 'total.amount must be a decimal that is not negative'],
    [{ total: { amount: '5', currency: 'euro' } }, 'total.currency must be an ISO 4217 code'],
  ])('says what is wrong with %j', (change, fault) => {
    const event = { ...valid, ...change };
    expect(parseEvent(event)).toEqual({ id: event.id, fault });
  });

  it('names every fault at once', () => {
    expect(parseEvent({ ...valid, type: 'x', orderId: 'y' })).toMatchObject({
      fault: 'type is not a type that loyalty knows; orderId must be a UUID',
    });
  });

  it.each([null, undefined, 7, 'text', [], {}, { id: 7 }])('has no id to tell for %j', (value) => {
    expect(parseEvent(value)).toMatchObject({ id: null, fault: expect.stringMatching(/must be/) });
  });

  it('shortens an id that is far too long', () => {
    expect(parseEvent({ ...valid, id: 'x'.repeat(10_000) })).toMatchObject({ id: 'x'.repeat(100) });
  });
});
