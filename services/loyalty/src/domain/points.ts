/** A decimal amount of money as text, in units of its currency: `"12.30"`. */
const AMOUNT = /^(\d{1,30})(?:\.\d{1,30})?$/;

/** A bound on one order, so that a mistyped price cannot lift an account to the top tier for good. */
export const MAX_POINTS_PER_ORDER = 1_000_000;

/** Whether the text is an amount that can earn points: digits, optionally decimals, not negative. */
export function isAmount(text: string): boolean {
  return AMOUNT.test(text);
}

/**
 * One point for each whole unit of the currency, whichever it is; what is less than a unit earns nothing.
 * Exact at any height, because the text is never read as a float. Throws a RangeError for text that is no amount.
 */
export function pointsForAmount(amount: string): number {
  const whole = AMOUNT.exec(amount)?.[1];
  if (whole === undefined) throw new RangeError(`not an amount: ${JSON.stringify(amount)}`);
  const points = BigInt(whole);
  return points > MAX_POINTS_PER_ORDER ? MAX_POINTS_PER_ORDER : Number(points);
}
