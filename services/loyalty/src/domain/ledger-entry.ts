import type { OrderReason } from './order-events.ts';

export type LoyaltyReason = OrderReason | 'REDEMPTION';

/** One line of the ledger, as its owner sees it. */
export interface LedgerEntry {
  readonly id: string;
  /** Signed. */
  readonly points: number;
  readonly reason: LoyaltyReason;
  readonly occurredAt: Date;
  /** Null for a redemption. */
  readonly orderId: string | null;
}

/** The sums of one account's ledger. */
export interface AccountTotals {
  /** What can be redeemed: the sum of everything. */
  readonly balance: number;
  /** What the tier goes by: points of orders less those of cancelled ones. Redeeming leaves it as it is. */
  readonly earned: number;
}

/** Of an account that the ledger has not met. */
export const EMPTY_TOTALS: AccountTotals = { balance: 0, earned: 0 };
