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

  /** Returns its own steps; `before` are all that the plan runs earlier. */
  function visit(node: PlanNode, path: readonly string[], before: readonly number[]): readonly number[] {
    switch (node.kind) {
      case 'Sequence': {
        const own: number[] = [];
        for (const child of node.nodes) own.push(...visit(child, path, [...before, ...own]));
        return own;
      }
      case 'Parallel':
        return node.nodes.flatMap((child) => visit(child, path, before));
      case 'Flatten':
        return visit(node.node, [...path, ...node.path], before);
      case 'Condition': {
        const value = conditions.get(node.condition);
        if (value === undefined) throw new Declined('a condition without a value');
        const clause = value ? node.ifClause : node.elseClause;
        return clause === undefined ? [] : visit(clause, path, before);
      }
      case 'Fetch': {
        if (node.contextRewrites?.length) throw new Declined('a value from a context');
        if (node.operationKind === 'subscription') throw new Declined('a subscription');
        const kind = node.requires === undefined ? 'root' : 'entity';
        if (kind === 'root' && path.length > 0) throw new Declined('root fields below the root');
        const follows = new Set(before);
        const dependsOn = new Set(kind === 'root' ? follows : []);
        const text = parseFetchText(node.operation, kind);
        if (kind === 'root' && isEmpty(text, conditions)) return [];
        steps.push({ index: steps.length, fetch: node, text, path, kind, follows, dependsOn, places: [] });
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
