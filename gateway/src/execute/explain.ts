import { Declined } from './compile/index.ts';
import type { Explanation } from './engine.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { renderPlan } from './render-plan.ts';

/** How an operation is executed: its plan, and the code or why there is none. */
export function explain(
  prepared: PreparedOperation,
  variables: Readonly<Record<string, unknown>>,
): Explanation {
  const compiled = prepared.compiledFor(variables);
  const plan = renderPlan(prepared.plan);
  if (compiled instanceof Declined) {
    return { plan: `${plan}\n# By the complete executor: ${compiled.message}\n`, code: undefined };
  }
  const requests = compiled.groups
    .filter(({ steps }) => steps.length > 1)
    .map(
      ({ subgraph, steps }) =>
        `# One request to ${subgraph}: fetches ${steps.map(({ index }) => index).join(', ')}\n`,
    );
  return { plan: plan + (requests.length > 0 ? `\n${requests.join('')}` : ''), code: compiled.code };
}
