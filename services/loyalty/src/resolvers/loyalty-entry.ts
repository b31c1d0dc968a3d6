import type { LedgerEntry } from '../domain/ledger-entry.ts';

export const loyaltyEntryResolvers = {
  createdAt: (entry: LedgerEntry) => entry.occurredAt,

  // Only named here: what the order is, and who may see it, is the orders service's to say.
  order: (entry: LedgerEntry) => (entry.orderId === null ? null : { id: entry.orderId }),
};
