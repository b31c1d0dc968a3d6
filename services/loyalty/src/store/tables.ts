import type { ColumnType, Generated } from 'kysely';
import type { LoyaltyReason } from '../domain/ledger-entry.ts';

/** The tables of migrations/, as Kysely sees them. The ledger can be read and appended to, nothing else. */
export interface LoyaltyTables {
  readonly loyalty_account: { readonly user_id: AppendOnly<string> };
  readonly ledger_entry: LedgerEntryTable;
  readonly demo_seed: { readonly scale: AppendOnly<string>; readonly seeded_at: Generated<Date> };
}

interface LedgerEntryTable {
  readonly id: Generated<string>;
  readonly user_id: AppendOnly<string>;
  readonly points: AppendOnly<number>;
  readonly reason: AppendOnly<LoyaltyReason>;
  readonly order_id: AppendOnly<string | null>;
  readonly event_id: AppendOnly<string | null>;
  readonly idempotency_key: AppendOnly<string | null>;
  readonly occurred_at: AppendOnly<Date>;
  readonly recorded_at: Generated<Date>;
}

type AppendOnly<T> = ColumnType<T, T, never>;
