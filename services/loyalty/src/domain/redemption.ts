export const MAX_REDEMPTION = 1_000_000;

/** Visible ASCII only: a key is a name made by a program, and control characters have no business in it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

export interface Redemption {
  readonly points: number;
  readonly idempotencyKey: string | null;
}

export interface InvalidRedemption {
  readonly message: string;
  readonly field: 'points' | 'idempotencyKey';
}

/** What is wrong with a redemption before any balance is looked at; null when nothing is. */
export function faultOf({ points, idempotencyKey }: Redemption): InvalidRedemption | null {
  if (!Number.isInteger(points) || points < 1 || points > MAX_REDEMPTION) {
    return { field: 'points', message: `Points must be between 1 and ${MAX_REDEMPTION}, not ${points}.` };
  }
  if (idempotencyKey !== null && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    return {
      field: 'idempotencyKey',
      message: 'The idempotency key must be 1 to 128 visible ASCII characters.',
    };
  }
  return null;
}

/** A key names one redemption for good: the same key with other points is a mistake of the caller, not a retry. */
export function faultOfRetry(redemption: Redemption, recordedPoints: number): InvalidRedemption | null {
  if (redemption.points === -recordedPoints) return null;
  return {
    field: 'idempotencyKey',
    message: `This idempotency key was used to redeem ${-recordedPoints} points, not ${redemption.points}.`,
  };
}
