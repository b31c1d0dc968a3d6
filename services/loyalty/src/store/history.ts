import { type Kysely, sql } from 'kysely';
import type { LedgerEntry, LoyaltyReason } from '../domain/ledger-entry.ts';
import type { LoyaltyTables } from './tables.ts';

/** Which entries of which account: those after the mark, newest first, at most `limit`. */
export interface HistoryPage {
  readonly userId: string;
  readonly limit: number;
  /** The last entry of the page before. */
  readonly after: { readonly occurredAt: Date; readonly id: string } | null;
}

interface HistoryRow {
  readonly page: number;
  readonly id: string;
  readonly points: number;
  readonly reason: LoyaltyReason;
  readonly occurred_at: Date;
  readonly order_id: string | null;
}

/** Where a page without a mark begins: after nothing that can exist. Keeps the comparison one that the index answers. */
const BEFORE_ALL = { occurredAt: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** Pages of many accounts, each with a limit and mark of its own, in one statement; an answer for each page. */
export async function readHistories(
  db: Kysely<LoyaltyTables>,
  pages: readonly HistoryPage[],
): Promise<readonly (readonly LedgerEntry[])[]> {
  const marks = pages.map(({ after }) =>
    after === null ? BEFORE_ALL : { occurredAt: after.occurredAt.toISOString(), id: after.id },
  );
  const { rows } = await sql<HistoryRow>`
    select page.number::int as page, entry.id, entry.points, entry.reason, entry.occurred_at, entry.order_id
    from unnest(
      ${pages.map((page) => page.userId)}::uuid[],
      ${pages.map((page) => page.limit)}::int[],
      ${marks.map((mark) => mark.occurredAt)}::timestamptz[],
      ${marks.map((mark) => mark.id)}::uuid[]
    ) with ordinality as page (user_id, size, occurred_at, id, number)
    cross join lateral (
      select * from ledger_entry
      where ledger_entry.user_id = page.user_id
        and (ledger_entry.occurred_at, ledger_entry.id) < (page.occurred_at, page.id)
      order by ledger_entry.occurred_at desc, ledger_entry.id desc
      limit page.size
    ) as entry
    order by page.number, entry.occurred_at desc, entry.id desc
  `.execute(db);

  const histories: LedgerEntry[][] = pages.map(() => []);
  for (const row of rows) histories[row.page - 1]?.push(toLedgerEntry(row));
  return histories;
}

function toLedgerEntry(row: HistoryRow): LedgerEntry {
  return {
    id: row.id,
    points: row.points,
    reason: row.reason,
    occurredAt: row.occurred_at,
    orderId: row.order_id,
  };
}
