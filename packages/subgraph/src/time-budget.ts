/** How long requests may take that say nothing, and how long at most, whatever they say. */
export interface TimeBudget {
  readonly defaultMs: number;
  readonly maxMs: number;
}

/** The default is what the gateway grants a request; the maximum leaves room for a client of its own that asks for more. */
export const DEFAULT_TIME_BUDGET: TimeBudget = { defaultMs: 10_000, maxMs: 60_000 };

/**
 * What the header grants, bounded by the maximum: whole milliseconds that were left when the caller sent the request (no
 * clocks to agree on). Anything else counts as absent: a caller that garbles it still has an end.
 */
export function readBudgetMs(header: string | readonly string[] | undefined, budget: TimeBudget): number {
  const grantedMs =
    typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : budget.defaultMs;
  return Math.min(grantedMs, budget.maxMs);
}

/**
 * The end of the budget that belongs to the answer: work stops that much earlier, so that what there is, and the errors
 * for what there is not, reach a caller who still waits.
 */
export function answerMarginMs(budgetMs: number): number {
  return Math.min(50, budgetMs / 20);
}
