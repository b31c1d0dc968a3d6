const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5 * 60_000;

/**
 * How long to wait after the attempt with this number (from 1) failed: exponential with full jitter, at most five
 * minutes, so a receiver that comes back has the last event within five minutes and is not met by all at once.
 * `random` is in [0, 1).
 */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 30)));
}
