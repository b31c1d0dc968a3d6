import { arrangeOutput } from '../../execute/compile/arrange-output.ts';
import { buildPlaces } from '../../execute/compile/build-places.ts';
import type { Place } from '../../execute/compile/ir.ts';
import { listSteps } from '../../execute/compile/list-steps.ts';
import { markClient } from '../../execute/compile/mark-client.ts';
import { planRepresentations } from '../../execute/compile/plan-representations.ts';
import { isInterned } from '../../execute/compile/row-layout.ts';
import { requestOf } from '../../execute/testing/request-of.ts';
import { createInProcessPlanner } from '../../plan/in-process-planner.ts';

/** The intermediate form of a query without fragments or variables, as rows of text. */
export async function describeForm(supergraphSdl: string, source: string) {
  const planner = createInProcessPlanner(supergraphSdl);
  const { schema, facts } = planner;
  const { document, operation } = requestOf(source, planner);
  const plan = await planner.plan({ document, operation, activeLabels: [] });
  const context = { schema, facts, conditions: new Map(), fragments: new Map() };

  const steps = listSteps(plan, context.conditions);
  const { root, all } = buildPlaces(steps, 'Query', context);
  markClient(root, operation, { ...context, sourceNameOf: planner.sourceNamesOf(plan) });
  planRepresentations(steps, facts);
  arrangeOutput(root);

  return {
    steps: steps.map(({ index, kind, fetch, path, dependsOn }) => [
      String(index),
      fetch.serviceName,
      kind,
      path.join('.'),
      [...dependsOn].join(', '),
    ]),
    places: all.map((place) => [
      String(place.id),
      place.typeName,
      place.sources.map(({ step }) => step.index).join(', '),
      fateOf(place),
    ]),
  };
}

function fateOf(place: Place): string {
  if (!place.isNode) return 'passed through';
  return isInterned(place) ? 'node, interned' : 'node';
}
