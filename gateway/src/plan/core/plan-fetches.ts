import type { FetchNode, PlanNode } from '../query-plan.ts';

/** The fetches of root fields. */
export function* rootFetches(node: PlanNode | undefined): Generator<FetchNode> {
  if (node?.kind !== 'Flatten') {
    for (const fetch of fetchesIn(node, rootFetches)) if (fetch.requires === undefined) yield fetch;
  }
}

export function* allFetches(node: PlanNode | undefined): Generator<FetchNode> {
  if (node?.kind === 'Flatten') yield* allFetches(node.node);
  else yield* fetchesIn(node, allFetches);
}

function* fetchesIn(
  node: PlanNode | undefined,
  inChild: (child: PlanNode | undefined) => Generator<FetchNode>,
): Generator<FetchNode> {
  if (node?.kind === 'Fetch') {
    yield node;
  } else if (node?.kind === 'Sequence' || node?.kind === 'Parallel') {
    for (const child of node.nodes) yield* inChild(child);
  } else if (node?.kind === 'Condition') {
    yield* inChild(node.ifClause);
    yield* inChild(node.elseClause);
  }
}
