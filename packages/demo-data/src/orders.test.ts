import { describe, expect, it } from 'vitest';
import {
  DEMO_EPOCH,
  DEMO_SCALE,
  demoOrderBatches,
  demoOrders,
  demoProducts,
  demoUser,
  FIRST_FREE_ORDER_NUMBER,
  LARGE_SCALE,
  MIA,
  SAM,
  type Scale,
} from './index.ts';

const allOrders = (scale: Scale) => [...demoOrderBatches(scale, 1000)].flat();

describe('demo orders', () => {
  it('are the same for a user at either scale and in any order of asking', () => {
    const late = demoOrders(731, DEMO_SCALE);
    const early = demoOrders(12, DEMO_SCALE);

    expect(demoOrders(12, LARGE_SCALE)).toEqual(early);
    expect(demoOrders(731, LARGE_SCALE)).toEqual(late);
  });

  it.each([
    DEMO_SCALE,
    { users: 1, orders: 30 },
    { users: 2, orders: 7 },
    { users: 101, orders: 2020 },
    { users: 257, orders: 1000 },
    { users: 40, orders: 0 },
  ])('add up to the scale exactly: %o', (scale) => {
    expect(allOrders(scale)).toHaveLength(scale.orders);
  });

  it('have ids and numbers that are unique, also at the far end of the large scale', () => {
    const orders = [
      ...allOrders(DEMO_SCALE),
      ...Array.from({ length: 500 }, (_, i) => demoOrders(99_500 + i, LARGE_SCALE)).flat(),
    ];

    expect(new Set(orders.map((order) => order.id)).size).toBe(orders.length);
    expect(new Set(orders.map((order) => order.number)).size).toBe(orders.length);
  });

  it('have well-formed ids and numbers below the first free one', () => {
    for (const order of allOrders({ users: 100, orders: 2000 })) {
      expect(order.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(order.number).toMatch(/^T-\d{9}$/);
      expect(Number(order.number.slice(2))).toBeLessThan(FIRST_FREE_ORDER_NUMBER);
    }
  });

  it('have a total that is the sum of their lines, of distinct products of the catalogue', () => {
    const skus = new Set(demoProducts().map((product) => product.sku));

    for (const { lines, totalMinor } of allOrders({ users: 100, orders: 2000 })) {
      expect(lines.length).toBeGreaterThan(0);
      expect(new Set(lines.map((line) => line.sku)).size).toBe(lines.length);
      expect(lines.every((line) => skus.has(line.sku))).toBe(true);
      expect(lines.reduce((sum, line) => sum + BigInt(line.quantity) * line.unitPriceMinor, 0n)).toBe(
        totalMinor,
      );
    }
  });

  it('come oldest first, after their user signed up and before the epoch, cancellation included', () => {
    for (const index of [0, 2, 77, 99_999]) {
      let earliest = demoUser(index).createdAt.getTime();
      for (const { placedAt, cancelledAt } of demoOrders(index, LARGE_SCALE)) {
        expect(placedAt.getTime()).toBeGreaterThan(earliest);
        expect((cancelledAt ?? placedAt).getTime()).toBeLessThan(DEMO_EPOCH.getTime());
        earliest = placedAt.getTime();
      }
    }
  });

  it('say when they were cancelled exactly if they were', () => {
    for (const order of allOrders(DEMO_SCALE)) {
      expect(order.cancelledAt !== null).toBe(order.status === 'CANCELLED');
    }
  });

  it('fill more than a home screen for Mia, the latest still open, and none for Sam in support', () => {
    const orders = demoOrders(MIA, DEMO_SCALE);

    expect(orders.length).toBeGreaterThan(25);
    expect(orders.at(-1)?.status).toBe('PLACED');
    expect(demoOrders(SAM, DEMO_SCALE)).toEqual([]);
  });

  it('come in every status', () => {
    const statuses = new Set(allOrders(DEMO_SCALE).map((order) => order.status));

    expect([...statuses].sort()).toEqual(['CANCELLED', 'DELIVERED', 'PAID', 'PLACED', 'SHIPPED']);
  });

  it('stream in batches of the size asked for, one at a time', () => {
    const batches = demoOrderBatches(LARGE_SCALE, 5000);

    const sizes = batches.take(3).map((batch) => batch.length);

    expect([...sizes]).toEqual([5000, 5000, 5000]);
  });

  it('are refused for a user who is not in the scale', () => {
    expect(() => demoOrders(1000, DEMO_SCALE)).toThrow('No user 1000 among 1000');
    expect(() => demoOrders(-1, DEMO_SCALE)).toThrow(RangeError);
  });
});
