const FIRST_MS = 250;
/** Short enough that a gateway that lost its registry follows a rollback seconds after it is back. */
const LONGEST_MS = 5_000;

/** Doubles with each failure in a row, and differs between gateways, so that they do not all come back at once. */
export function backoffMs(failures: number, random = Math.random): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return most / 2 + (random() * most) / 2;
}
