import { DEMO_SCALE, demoOrders, demoProducts, demoUserId, MIA } from '@tributary/demo-data';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { seedDemoOrders } from './seed.ts';
import { findLines, findOrders } from './store/read-orders.ts';
import { openOrdersDatabase } from './testing.ts';

const SCALE = { users: 20, orders: 400 };
const SMALL = { scaleName: 'demo', scale: SCALE, batchSize: 150 } as const;

type OrdersDatabase = Awaited<ReturnType<typeof openOrdersDatabase>>;

async function countsOf({ db }: OrdersDatabase) {
  const { rows } = await sql`
    select
      (select count(*)::integer from customer_order) as orders,
      (select count(distinct order_id)::integer from order_line) as with_lines,
      (select count(*)::integer from product) as products,
      (select count(*)::integer from outbox) as events
  `.execute(db);
  return rows[0];
}
const countsAfter = (orders: number) => ({
  orders,
  with_lines: orders,
  products: demoProducts().length,
  events: 0,
});

describe('the demo data', () => {
  it('is 20,000 orders with lines and the whole catalogue, and no events', async () => {
    await using database = await openOrdersDatabase();
    const progress: number[] = [];
    const added = await seedDemoOrders(database.db, {
      scaleName: 'demo',
      onProgress: (done) => progress.push(done),
    });
    expect(added).toBe(DEMO_SCALE.orders);
    expect(await countsOf(database)).toEqual(countsAfter(DEMO_SCALE.orders));
    expect(progress).toEqual([5_000, 10_000, 15_000, 20_000]);
  });

  it('holds each order as the generator makes it', async () => {
    await using database = await openOrdersDatabase();
    await seedDemoOrders(database.db, SMALL);
    const [expected] = demoOrders(MIA, SCALE);
    if (expected === undefined) throw new Error('Mia has orders');
    const { id, number, status, placedAt, cancelledAt, totalMinor, currency } = expected;
    expect((await findOrders(database.db, [id])).get(id)).toEqual({
      id,
      number,
      userId: demoUserId(MIA),
      status,
      placedAt,
      cancelledAt,
      total: { amountMinor: totalMinor, currency },
    });
    expect((await findLines(database.db, [id])).get(id)).toEqual(
      expected.lines.map(({ sku, title, quantity, unitPriceMinor }) => ({
        sku,
        title,
        quantity,
        unitPrice: { amountMinor: unitPriceMinor, currency },
      })),
    );
  });

  it('leaves statistics for the planner, which nothing else gathers in an embedded database', async () => {
    await using database = await openOrdersDatabase();
    await seedDemoOrders(database.db, SMALL);
    const { rows } = await sql`
      select relname, reltuples::integer as rows from pg_class where relname in ('customer_order', 'product')
      order by relname
    `.execute(database.db);
    expect(rows).toEqual([
      { relname: 'customer_order', rows: SCALE.orders },
      { relname: 'product', rows: demoProducts().length },
    ]);
  });

  it('is added once', async () => {
    await using database = await openOrdersDatabase();
    expect(await seedDemoOrders(database.db, SMALL)).toBe(400);
    expect(await seedDemoOrders(database.db, SMALL)).toBe(0);
    expect(await countsOf(database)).toEqual(countsAfter(400));
  });

  it('goes on where it was broken off, even with other batches', async () => {
    await using database = await openOrdersDatabase();
    const breakOff = () => {
      throw new Error('broken off');
    };
    await expect(seedDemoOrders(database.db, { ...SMALL, onProgress: breakOff })).rejects.toThrow(
      'broken off',
    );
    expect(await countsOf(database)).toEqual(countsAfter(150));
    expect(await seedDemoOrders(database.db, { ...SMALL, batchSize: 100 })).toBe(250);
    expect(await countsOf(database)).toEqual(countsAfter(400));
  });

  it('is added once by replicas that start together', async () => {
    await using database = await openOrdersDatabase();
    const added = await Promise.all([1, 2, 3].map(() => seedDemoOrders(database.db, SMALL)));
    expect(added.reduce((sum, count) => sum + count)).toBe(400);
    expect(await countsOf(database)).toEqual(countsAfter(400));
  });

  it('is not put on top of another scale', async () => {
    await using database = await openOrdersDatabase();
    await seedDemoOrders(database.db, SMALL);
    await expect(seedDemoOrders(database.db, { scaleName: 'large' })).rejects.toThrow(
      'The database holds demo data of scale demo; scale large needs an empty one.',
    );
  });
});
