import type { FetchNode, PlanNode } from '../../plan/index.ts';
import type { SelectionContext } from './collect-fields.ts';
import type { Faults } from './faults.ts';
import type { FetchFromSubgraph } from './fetch-from-subgraph.ts';
import type { Merger, Origins } from './merge.ts';
import type { TypeRelations } from './type-relations.ts';

/** One execution of a plan. */
export interface PlanRun {
  readonly fetch: FetchFromSubgraph;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly conditions: SelectionContext;
  readonly types: TypeRelations;
  readonly origins: Origins;
  readonly merger: Merger;
  readonly faults: Faults;
  /** Each fetch's place in the plan. */
  readonly ranks: ReadonlyMap<FetchNode, number>;
  /** Whether equal entities may get different answers, by where they are: @fromContext. */
  readonly hasContexts: boolean;
}

/** Fetches in the order in which the plan names them. */
export function rankFetches(node: PlanNode | undefined): ReadonlyMap<FetchNode, number> {
  const ranks = new Map<FetchNode, number>();
  const visit = (at: PlanNode | undefined): void => {
    switch (at?.kind) {
      case 'Sequence':
      case 'Parallel':
        at.nodes.forEach(visit);
        return;
      case 'Flatten':
        visit(at.node);
        return;
      case 'Condition':
        visit(at.ifClause);
        visit(at.elseClause);
        return;
      case 'Fetch':
        ranks.set(at, ranks.size);
    }
  };
  visit(node);
  return ranks;
}
