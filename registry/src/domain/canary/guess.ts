import type { Arms, Rates, Tolerance } from './evidence.ts';

/** Failures: what is no more than a fifth and 0.1 points over the live arm is no harm. */
export const ERROR_TOLERANCE: Tolerance = { ratio: 1.2, extra: 0.001 };
/** Slow requests: the time that they may take longer is tolerance already. */
export const SLOW_TOLERANCE: Tolerance = { ratio: 1.2, extra: 0.01 };
/** A step is passed by showing that not as many as five more requests in a hundred fail, and 15 more are slow. */
export const MORE_FAILURES: Tolerance = { ratio: 1, extra: 0.05 };
export const MORE_SLOW: Tolerance = { ratio: 1, extra: 0.15 };

/** Guesses begin as if so many requests had been seen, with some harm among them. */
const SEEN_BEFORE = 40;
/** The least harm that a guess is of, above the tolerance. Less would take long to tell from none. */
const LEAST = { failures: 0.01, slow: 0.03 };

/** The rates of failures that a test of harm bets on, from what is known. */
export function guessFailures(known: Arms): Rates {
  const live = guessLiveFailures(known);
  return { live, canary: Math.max(lineAt(live, ERROR_TOLERANCE) + LEAST.failures, pulled(known, 2)) };
}

/** The same for the rates of slow requests: twice the live arm's at first. */
export function guessSlow(known: Arms): Rates {
  const { bad, requests } = known.live;
  const live = (bad + 0.05) / (requests + 1);
  const slow = Math.min(0.9, 2 * live + 0.05) * SEEN_BEFORE;
  return { live, canary: Math.max(lineAt(live, SLOW_TOLERANCE) + LEAST.slow, pulled(known, slow)) };
}

/** Where all operations are judged together each keeps its own rate, and the excess over the tolerance is one. */
export function guessTogether(operations: readonly Arms[]): readonly Rates[] {
  const live = operations.map(guessLiveFailures);
  let excess = 2;
  let requests = SEEN_BEFORE;
  for (const [index, { canary }] of operations.entries()) {
    excess += canary.bad - canary.requests * lineAt(live[index] ?? 0, ERROR_TOLERANCE);
    requests += canary.requests;
  }
  const more = Math.max(LEAST.failures, excess / requests);
  return live.map((rate) => ({ live: rate, canary: lineAt(rate, ERROR_TOLERANCE) + more }));
}

/** That the canary fails no more than the live arm does. */
export function guessNoMoreFailures({ live, canary }: Arms): Rates {
  const rate = (live.bad + canary.bad + 0.02) / (live.requests + canary.requests + SEEN_BEFORE);
  return { live: rate, canary: rate };
}

/** That the canary is slow where it was slow before, or a little less often than the live arm at first. */
export function guessNoMoreSlow({ live, canary }: Arms): Rates {
  const rate = (live.bad + 1) / (live.requests + 2);
  const known = (canary.bad + 0.9 * rate * SEEN_BEFORE) / (canary.requests + SEEN_BEFORE);
  return { live: rate, canary: Math.min(rate, known) };
}

// Private:

function lineAt(live: number, { ratio, extra }: Tolerance): number {
  return ratio * live + extra;
}

function guessLiveFailures({ live }: Arms): number {
  return (live.bad + 0.02) / (live.requests + SEEN_BEFORE);
}

function pulled({ canary }: Arms, badBefore: number): number {
  return (canary.bad + badBefore) / (canary.requests + SEEN_BEFORE);
}
