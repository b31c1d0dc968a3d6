export const DAY_MS = 86_400_000;

const SHOP_OPENED = Date.UTC(2023, 10, 1);

/**
 * The moment at which the demo data was "taken": nothing in it is younger. Fixed, so that a seed gives the
 * same rows on every machine and every day.
 */
export const DEMO_EPOCH = new Date(Date.UTC(2026, 10, 1));

/** Days from the shop's opening to the epoch: a day index is in [0, HISTORY_DAYS). */
export const HISTORY_DAYS = (DEMO_EPOCH.getTime() - SHOP_OPENED) / DAY_MS;

/** Milliseconds since 1970 of a day index (fractions allowed). */
export function toTimeMs(day: number): number {
  return SHOP_OPENED + Math.floor(day * DAY_MS);
}
