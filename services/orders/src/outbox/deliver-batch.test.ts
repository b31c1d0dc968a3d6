import { describe, expect, it } from 'vitest';
import type { OrderEvent } from '../domain/order-event.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { Delivery, Receiver } from './receiver.ts';

const event = (id: string): OrderEvent => ({
  id,
  type: 'order.placed',
  orderId: id,
  userId: 'u',
  occurredAt: '2026-11-20T09:00:00.000Z',
  total: { amount: '1.00', currency: 'EUR' },
});
const events = (count: number) => Array.from({ length: count }, (_, index) => event(String(index)));

/** Accepts all events of a batch unless `answer` says otherwise, and remembers what it was sent. */
function receiver(answer: (ids: readonly string[]) => Delivery | null) {
  const batches: string[][] = [];
  const self: Receiver = {
    async deliver(batch) {
      const ids = batch.map(({ id }) => id);
      batches.push(ids);
      const accepted = new Map(ids.map((id) => [id, { kind: 'accepted' } as const]));
      return answer(ids) ?? { kind: 'answered', results: accepted };
    },
  };
  return { batches, self };
}

const never = new AbortController().signal;
const failed: Delivery = { kind: 'failed', reason: 'status 500' };

describe('deliverBatch', () => {
  it('sends a batch in one request', async () => {
    const { batches, self } = receiver(() => null);
    const outcome = await deliverBatch(self, events(100), never);
    expect(outcome).toMatchObject({ failure: null, results: { size: 100 } });
    expect(batches).toHaveLength(1);
  });

  it('delivers the neighbours of a poison event', async () => {
    const { batches, self } = receiver((ids) => (ids.includes('37') ? failed : null));
    const { results, failure } = await deliverBatch(self, events(100), never);
    expect(failure).toBe('status 500');
    expect(events(100).filter(({ id }) => !results.has(id))).toEqual([event('37')]);
    expect(batches.length).toBeLessThan(18);
  });

  it('delivers the neighbours of several poison events, wherever they lie', async () => {
    const poison = ['2', '37', '40', '88'];
    const { self } = receiver((ids) => (ids.some((id) => poison.includes(id)) ? failed : null));
    const { results } = await deliverBatch(self, events(100), never);
    expect(events(100).filter(({ id }) => !results.has(id))).toEqual(poison.map(event));
  });

  it.each([2, 3, 100])('answers an outage with four requests at most for %d events', async (count) => {
    const { batches, self } = receiver(() => failed);
    expect(await deliverBatch(self, events(count), never)).toMatchObject({ results: { size: 0 } });
    expect(batches.length).toBeLessThanOrEqual(4);
  });

  it('sends a poison event that is alone once', async () => {
    const { batches, self } = receiver(() => failed);
    await deliverBatch(self, events(1), never);
    expect(batches).toHaveLength(1);
  });

  it('does not look for a culprit when nobody answers', async () => {
    const { batches, self } = receiver(() => ({ kind: 'unreachable', reason: 'ECONNREFUSED' }));
    expect(await deliverBatch(self, events(100), never)).toMatchObject({ failure: 'ECONNREFUSED' });
    expect(batches).toHaveLength(1);
  });

  it('keeps what was delivered when the receiver goes away halfway', async () => {
    const { self } = receiver((ids) => {
      if (ids.length === 4) return failed;
      return ids.includes('3') ? { kind: 'unreachable', reason: 'ECONNRESET' } : null;
    });
    const { results } = await deliverBatch(self, events(4), never);
    expect([...results.keys()]).toEqual(['0', '1']);
  });
});
