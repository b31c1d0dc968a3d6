/** A query plan, as far as its shape goes. */
export type PlanShape =
  | { readonly kind: 'Fetch' }
  | { readonly kind: 'Flatten'; readonly node: PlanShape }
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly PlanShape[] }
  | {
      readonly kind: 'Condition';
      readonly ifClause?: PlanShape | undefined;
      readonly elseClause?: PlanShape | undefined;
    };

/** How many fetches come one after the other on the longest way through a plan: what its latency grows with. */
export function fetchDepth(plan: PlanShape | undefined): number {
  switch (plan?.kind) {
    case undefined:
      return 0;
    case 'Fetch':
      return 1;
    case 'Flatten':
      return fetchDepth(plan.node);
    case 'Sequence':
      return plan.nodes.reduce((sum, node) => sum + fetchDepth(node), 0);
    case 'Parallel':
      return Math.max(0, ...plan.nodes.map(fetchDepth));
    case 'Condition':
      return Math.max(fetchDepth(plan.ifClause), fetchDepth(plan.elseClause));
  }
}
