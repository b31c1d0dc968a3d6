import { DAY_MS, DEMO_EPOCH, HISTORY_DAYS, toTimeMs } from './calendar.ts';
import { orderCount } from './order-count.ts';
import { demoProducts } from './products.ts';
import { createRandom, integerBetween, type Random, uuidOf } from './random.ts';
import type { Scale } from './scale.ts';
import { demoUserId, joinedOnDay, MIA } from './users.ts';

export type DemoOrderStatus = 'PLACED' | 'PAID' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

export interface DemoOrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly currency: 'EUR';
}

export interface DemoOrder {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: DemoOrderStatus;
  readonly placedAt: Date;
  readonly cancelledAt: Date | null;
  readonly lines: readonly DemoOrderLine[];
  readonly totalMinor: bigint;
  readonly currency: 'EUR';
}

const ORDER_STREAM = 0x6f726465;
const ID_STREAM = 0x6f726964;
const MOST_USERS = 100_000;
const FIRST_NUMBER = 100_000_000;

/** Order numbers from here on are never used by demo data (nor are those below 100,000,000). */
export const FIRST_FREE_ORDER_NUMBER = FIRST_NUMBER + Math.ceil(HISTORY_DAYS / 100) * 100 * MOST_USERS;

/** The user's orders, oldest first. The lines are distinct products of `demoProducts()`, at the price of their day. */
export function demoOrders(userIndex: number, scale: Scale): readonly DemoOrder[] {
  if (!Number.isInteger(userIndex) || userIndex < 0 || userIndex >= Math.min(scale.users, MOST_USERS)) {
    throw new RangeError(
      `No user ${userIndex} among ${scale.users}; demo orders exist for up to ${MOST_USERS} users`,
    );
  }
  const count = orderCount(userIndex, scale);
  return Array.from({ length: count }, (_, position) => orderOf(userIndex, position, count));
}

/** All orders of the scale, user by user, in arrays of `batchSize` (the last may be shorter): only one is in memory. */
export function* demoOrderBatches(
  scale: Scale,
  batchSize: number,
): Generator<readonly DemoOrder[], void, undefined> {
  let batch: DemoOrder[] = [];
  for (let userIndex = 0; userIndex < scale.users; userIndex++) {
    for (const order of demoOrders(userIndex, scale)) {
      batch.push(order);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

// Private:

function orderOf(userIndex: number, position: number, count: number): DemoOrder {
  const random = createRandom(ORDER_STREAM ^ Math.imul(userIndex, 0x9e3779b1), position);
  const day = dayOf(userIndex, position, count, random);
  // In waking hours; later steps are counted from there.
  const placedAtMs = toTimeMs(day + (6 + random() * 17) / 24);
  const lines = linesOf(day, random);
  return {
    id: uuidOf(ID_STREAM, userIndex, day),
    number: numberOf(userIndex, day),
    userId: demoUserId(userIndex),
    ...stateOf(placedAtMs, random),
    placedAt: new Date(placedAtMs),
    lines,
    totalMinor: lines.reduce((total, line) => total + line.unitPriceMinor * BigInt(line.quantity), 0n),
    currency: 'EUR',
  };
}

/** One day in each of `count` equal slots of the user's time: ascending, and never two orders on one day. */
function dayOf(userIndex: number, position: number, count: number, random: Random): number {
  const first = Math.ceil(joinedOnDay(userIndex));
  const days = HISTORY_DAYS - first;
  if (count > days)
    throw new RangeError(`${count} orders for user ${userIndex} do not fit into ${days} days`);
  const slotStart = first + Math.floor((position * days) / count);
  const slotEnd = first + Math.floor(((position + 1) * days) / count);
  const day = integerBetween(random, slotStart, slotEnd - 1);
  // Mia has always just placed an order, so that there is one to cancel.
  return userIndex === MIA && position === count - 1 ? HISTORY_DAYS - 1 : day;
}

/** Unique, as a user orders once a day at most; and younger orders have higher numbers, as a shop's do. */
function numberOf(userIndex: number, day: number): string {
  // 61,463 and 100,000 have no common divisor: on each day, each user has a place of their own.
  const place = (userIndex * 61_463 + day * 38_713) % MOST_USERS;
  return `T-${String(FIRST_NUMBER + day * MOST_USERS + place).padStart(9, '0')}`;
}

function stateOf(placedAtMs: number, random: Random): Pick<DemoOrder, 'status' | 'cancelledAt'> {
  const isRegretted = random() < 0.04;
  const cancelledAtMs = placedAtMs + Math.floor((0.02 + random()) * DAY_MS);
  if (isRegretted && cancelledAtMs < DEMO_EPOCH.getTime()) {
    return { status: 'CANCELLED', cancelledAt: new Date(cancelledAtMs) };
  }
  const ageDays = (DEMO_EPOCH.getTime() - placedAtMs) / DAY_MS;
  if (ageDays < 1) return { status: 'PLACED', cancelledAt: null };
  if (ageDays < 3) return { status: 'PAID', cancelledAt: null };
  if (ageDays < 7) return { status: 'SHIPPED', cancelledAt: null };
  return { status: 'DELIVERED', cancelledAt: null };
}

function linesOf(day: number, random: Random): readonly DemoOrderLine[] {
  const products = demoProducts();
  const count = 1 + Math.floor(random() ** 1.7 * 5);
  const start = integerBetween(random, 0, products.length - 1);
  // Steps of 1 to 17 over a hundred products: five of them cannot come round to the start again.
  const step = integerBetween(random, 1, 17);
  return Array.from({ length: count }, (_, position) => {
    const product = products[(start + position * step) % products.length];
    if (product === undefined) throw new RangeError('The catalogue is empty');
    return {
      sku: product.sku,
      title: product.title,
      quantity: random() < 0.75 ? 1 : integerBetween(random, 2, 4),
      unitPriceMinor: priceOn(day, product.unitPriceMinor),
      currency: product.currency,
    };
  });
}

/** Prices rose by 3 % a year, to the next 10 cents: an order keeps the price of its day. */
function priceOn(day: number, priceNowMinor: bigint): bigint {
  const yearsAgo = BigInt(Math.floor((HISTORY_DAYS - 1 - day) / 365));
  if (yearsAgo === 0n) return priceNowMinor;
  return ((priceNowMinor * (100n - 3n * yearsAgo)) / 1000n) * 10n;
}
