import type { PlanNode } from '../../plan/index.ts';
import { conditionVariable } from './collect-fields.ts';
import { type Place, placesAt } from './places.ts';
import type { PlanRun } from './plan-run.ts';
import { runFetch } from './run-fetch.ts';

/** Runs a node for the objects at `path`. Faults of subgraphs are collected in the run; it rejects for ours. */
export async function runPlan(
  run: PlanRun,
  node: PlanNode,
  places: readonly Place[],
  path: readonly string[],
): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const next of node.nodes) await runPlan(run, next, places, path);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((branch) => runPlan(run, branch, places, path)));
      return;
    case 'Flatten':
      await runPlan(run, node.node, placesAt(places, node.path, run.origins), [...path, ...node.path]);
      return;
    case 'Condition': {
      const clause = conditionVariable(node.condition, run.conditions) ? node.ifClause : node.elseClause;
      if (clause !== undefined) await runPlan(run, clause, places, path);
      return;
    }
    case 'Fetch':
      await runFetch(run, node, places, path);
  }
}
