import type { QueryPlan } from '../plan/index.ts';
import { type CompiledOperation, Declined, formatCode } from './compile/index.ts';
import type { Explanation } from './engine.ts';
import { renderPlan } from './render-plan.ts';

/** How an operation is executed: its plan, and the code or why there is none. */
export function explain(queryPlan: QueryPlan, compiled: CompiledOperation | Declined): Explanation {
  const plan = renderPlan(queryPlan);
  if (compiled instanceof Declined) {
    return { plan: `${plan}\n# By the complete executor: ${compiled.message}\n`, code: undefined };
  }
  const requests = compiled.groups
    .filter(({ steps }) => steps.length > 1)
    .map(
      ({ subgraph, steps }) =>
        `# One request to ${subgraph}: fetches ${steps.map(({ index }) => index).join(', ')}\n`,
    );
  return {
    plan: plan + (requests.length > 0 ? `\n${requests.join('')}` : ''),
    code: formatCode(compiled.source()),
  };
}
