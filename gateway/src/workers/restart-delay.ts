const FIRST_MS = 100;
const LONGEST_MS = 30_000;
/** Who lived so long did not die of its start. */
const CALM_MS = 60_000;

/** How long to wait before the next start of a worker that keeps dying: not at all, then doubling up to 30 s. */
export function createRestartDelay(): (livedMs: number) => number {
  let deaths = 0;
  return (livedMs) => {
    if (livedMs >= CALM_MS) deaths = 0;
    const delayMs = deaths === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (deaths - 1));
    deaths++;
    return delayMs;
  };
}
