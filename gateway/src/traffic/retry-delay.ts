export interface BackoffSettings {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Exponential with full jitter: a random time below a bound that doubles. What failed together does not come back
 * together. (Brooker, "Exponential Backoff And Jitter", AWS 2015.)
 */
export function backoffMs(
  retry: number,
  { firstDelayMs, maxDelayMs }: BackoffSettings,
  random: () => number = Math.random,
): number {
  return random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (retry - 1));
}

/** What Retry-After asks to wait: seconds, or an HTTP date (RFC 9110, 10.2.3). Undefined for what is neither. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes more than HTTP dates, numbers and ISO dates among them; all of those name a day or a month.
  const atMs = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
