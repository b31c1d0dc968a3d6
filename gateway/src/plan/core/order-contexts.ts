import type { FetchNode, PlanNode } from '../query-plan.ts';
import { allFetches } from './plan-fetches.ts';

/**
 * A fetch with a @fromContext argument reads what another fetch brings; the planner may put the two side by side. Here the
 * one that reads comes after those that may bring what it reads.
 */
export function orderContexts(node: PlanNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { ...node, nodes: node.nodes.map(orderContexts) };
    case 'Parallel':
      return inOrder(node.nodes.map(orderContexts));
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause && { ifClause: orderContexts(ifClause) }),
        ...(elseClause && { elseClause: orderContexts(elseClause) }),
      };
    }
    default:
      return node;
  }
}

function inOrder(nodes: readonly PlanNode[]): PlanNode {
  const steps: PlanNode[] = [];
  let left = nodes;
  while (left.length > 0) {
    const waiting = left.filter((node) =>
      left.some((other) => other !== node && mayBring(other, namesRead(node))),
    );
    // Each waiting for another cannot be: one of them only seems to bring what the other reads.
    const ready = waiting.length === left.length ? left : left.filter((node) => !waiting.includes(node));
    steps.push(ready.length === 1 && ready[0] ? ready[0] : { kind: 'Parallel', nodes: ready });
    left = left.filter((node) => !ready.includes(node));
  }
  return steps.length === 1 && steps[0] ? steps[0] : { kind: 'Sequence', nodes: steps };
}

/** The fields of ancestors that fetches below read; paths go up by `..` and are then names and type conditions. */
function namesRead(node: PlanNode): readonly string[] {
  return [...allFetches(node)].flatMap(({ contextRewrites = [] }: FetchNode) =>
    contextRewrites.flatMap(
      ({ path }) => path.find((step) => step !== '..' && !step.startsWith('... on ')) ?? [],
    ),
  );
}

/** By the words of its operations: a fetch too many in front costs a little time, one too few an argument. */
function mayBring(node: PlanNode, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  return [...allFetches(node)].some(({ operation }) =>
    names.some((name) => new RegExp(`\\b${name}\\b`).test(operation)),
  );
}
