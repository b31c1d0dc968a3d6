import type { FetchNode, PlanNode } from '../../plan/index.ts';
import type { SelectionContext } from './collect-fields.ts';
import type { Faults } from './faults.ts';
import type { FetchFromSubgraph } from './fetch-from-subgraph.ts';
import type { Merger, Origins } from './merge.ts';
import type { Purposes } from './purposes.ts';
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
  readonly purposes: Purposes;
  /** In the order of their ranks. */
  readonly fetches: ReadonlyMap<FetchNode, PlannedFetch>;
  /** Whether equal entities may get different answers, by where they are: @fromContext. */
  readonly hasContexts: boolean;
}

export interface PlannedFetch {
  /** Its place in the plan. */
  readonly rank: number;
  /** Ranks of the fetches that the plan runs before this one: it goes on from what those bring, never from what runs beside it. */
  readonly follows: ReadonlySet<number>;
}

/** Fetches in the order in which the plan names them. */
export function plannedFetches(plan: PlanNode | undefined): ReadonlyMap<FetchNode, PlannedFetch> {
  const fetches = new Map<FetchNode, PlannedFetch>();
  /** Returns the ranks of the node's own fetches. */
  const visit = (node: PlanNode | undefined, before: readonly number[]): readonly number[] => {
    switch (node?.kind) {
      case 'Sequence': {
        const own: number[] = [];
        for (const next of node.nodes) own.push(...visit(next, [...before, ...own]));
        return own;
      }
      case 'Parallel':
        return node.nodes.flatMap((branch) => visit(branch, before));
      case 'Flatten':
        return visit(node.node, before);
      case 'Condition':
        return [...visit(node.ifClause, before), ...visit(node.elseClause, before)];
      case 'Fetch': {
        const rank = fetches.size;
        fetches.set(node, { rank, follows: new Set(before) });
        return [rank];
      }
      default:
        return [];
    }
  };
  visit(plan, []);
  return fetches;
}
