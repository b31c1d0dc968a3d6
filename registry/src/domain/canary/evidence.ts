/** How many requests there were, and how many of them were bad: failed, or were slower than some limit. */
export interface Tally {
  readonly requests: number;
  readonly bad: number;
}

export interface Arms {
  readonly live: Tally;
  readonly canary: Tally;
}

/** The share of bad requests of each arm. */
export interface Rates {
  readonly live: number;
  readonly canary: number;
}

/** The line between harm and none: `canary = ratio * live + extra`. */
export interface Tolerance {
  readonly ratio: number;
  readonly extra: number;
}

/**
 * The logarithm of an e-value: how much better the guess explains these requests than the nearest rates on the other side
 * of the line do. While the true rates are on that other side its exponential is 1 on average at most, whatever came before,
 * so products over many looks stay below 1/α for ever with probability 1 - α (Ville). That holds for rates that differ
 * from request to request and change over time: only the means of the two arms in this look count, see decision record 0021.
 *
 * A guess above the line gathers evidence of harm, one below it evidence of its absence; one on the line gathers none.
 * The guess may use all earlier looks and nothing of this one. (Turner, Ly and Grünwald: Generic E-variables for exact
 * sequential k-sample tests, 2021.)
 */
export function logEvidence({ live, canary }: Arms, guess: Rates, tolerance: Tolerance): number {
  if (live.requests === 0 || canary.requests === 0) return 0;
  const likely = { live: inside(guess.live), canary: inside(guess.canary) };
  const nearest = nearestOnLine(likely, live.requests, canary.requests, tolerance);
  return (
    logRatio(live, likely.live, inside(nearest.live)) +
    logRatio(canary, likely.canary, inside(nearest.canary))
  );
}

// Private:

const SMALLEST = 1e-6;
const HALVINGS = 40;

function inside(rate: number): number {
  return Math.min(1 - SMALLEST, Math.max(SMALLEST, rate));
}

function logRatio({ requests, bad }: Tally, likely: number, nearest: number): number {
  return bad * Math.log(likely / nearest) + (requests - bad) * Math.log((1 - likely) / (1 - nearest));
}

/**
 * The pair of rates on the line from which the guess is hardest to tell: that of the smallest divergence, each arm counted
 * by its requests. The divergence is convex, so its derivative has one zero, between where the line has the live arm's
 * guess and where it has the canary's.
 */
function nearestOnLine(guess: Rates, live: number, canary: number, { ratio, extra }: Tolerance): Rates {
  const onLine = (rate: number) => ratio * rate + extra;
  const fromCanary = Math.max(0, (guess.canary - extra) / ratio);
  const highest = (1 - extra) / ratio;
  let low = Math.min(guess.live, fromCanary);
  let high = Math.min(highest, Math.max(guess.live, fromCanary));
  for (let round = 0; round < HALVINGS; round++) {
    const x = (low + high) / 2;
    const y = onLine(x);
    const slope =
      (live * (x - guess.live)) / (x * (1 - x)) + (ratio * canary * (y - guess.canary)) / (y * (1 - y));
    if (slope > 0) high = x;
    else low = x;
  }
  const x = (low + high) / 2;
  return { live: x, canary: onLine(x) };
}
