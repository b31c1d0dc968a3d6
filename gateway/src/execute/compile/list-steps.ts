import type { PlanNode, QueryPlan } from '../../plan/index.ts';
import { Declined } from './declined.ts';
import { collectFields, type FetchText, parseFetchText } from './fetch-text.ts';
import type { Step } from './ir.ts';

/**
 * The fetches of a plan in its order, conditions decided. Root fetches keep the plan's sequence as dependencies (it is
 * what makes mutations serial); what an entity fetch waits for is found later from the data that it needs.
 */
export function listSteps(plan: QueryPlan, conditions: ReadonlyMap<string, boolean>): Step[] {
  const steps: Step[] = [];

  /** Returns the steps that whatever comes next in a sequence has to wait for. */
  function visit(node: PlanNode, path: readonly string[], after: readonly number[]): readonly number[] {
    switch (node.kind) {
      case 'Sequence': {
        let last = after;
        for (const child of node.nodes) last = visit(child, path, last);
        return last;
      }
      case 'Parallel':
        return node.nodes.length === 0 ? after : node.nodes.flatMap((child) => visit(child, path, after));
      case 'Flatten':
        return visit(node.node, [...path, ...node.path], after);
      case 'Condition': {
        const value = conditions.get(node.condition);
        if (value === undefined) throw new Declined('a condition without a value');
        const clause = value ? node.ifClause : node.elseClause;
        return clause === undefined ? after : visit(clause, path, after);
      }
      case 'Fetch': {
        if (node.contextRewrites?.length) throw new Declined('a value from a context');
        if (node.operationKind === 'subscription') throw new Declined('a subscription');
        const kind = node.requires === undefined ? 'root' : 'entity';
        if (kind === 'root' && path.length > 0) throw new Declined('root fields below the root');
        const dependsOn = new Set(kind === 'root' ? after : []);
        const text = parseFetchText(node.operation, kind);
        if (kind === 'root' && isEmpty(text, conditions)) return after;
        steps.push({ index: steps.length, fetch: node, text, path, kind, dependsOn, places: [] });
        return [steps.length - 1];
      }
    }
  }

  if (plan.node) visit(plan.node, [], []);
  return steps;
}

/** Where every field is skipped there is nothing to ask for. */
function isEmpty({ selectionSet, fragments }: FetchText, conditions: ReadonlyMap<string, boolean>): boolean {
  return collectFields([selectionSet], '', { fragments, conditions, satisfies: () => true }).size === 0;
}
