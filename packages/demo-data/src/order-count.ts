import { createRandom } from './random.ts';
import type { Scale } from './scale.ts';
import { MIA, SAM } from './users.ts';

const WEIGHT_STREAM = 0x77656967;
const BLOCK = 100;

/**
 * How many of the scale's orders are the user's: a few people buy often, most now and then. The counts of all
 * users add up to `scale.orders` exactly, and no user's count needs those of all others: users are shared out in
 * blocks of 100, a block's orders by weight. Scales with the same orders per user agree on every whole block.
 */
export function orderCount(userIndex: number, scale: Scale): number {
  const first = userIndex - (userIndex % BLOCK);
  const end = Math.min(first + BLOCK, scale.users);
  const quota = ordersBefore(end, scale) - ordersBefore(first, scale);
  let before = 0;
  let total = 0;
  for (let index = first; index < end; index++) {
    if (index === userIndex) before = total;
    total += weightOf(index);
  }
  // Differences of a rounded running sum: the rounding never loses or invents an order.
  return Math.floor(((before + weightOf(userIndex)) * quota) / total) - Math.floor((before * quota) / total);
}

// Private:

function ordersBefore(userIndex: number, scale: Scale): number {
  return Math.floor((userIndex * scale.orders) / scale.users);
}

function weightOf(userIndex: number): number {
  if (userIndex === MIA) return 43;
  if (userIndex === SAM) return 0;
  return 1 + Math.floor(60 * createRandom(WEIGHT_STREAM, userIndex)() ** 2);
}
