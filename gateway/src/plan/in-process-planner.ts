import { readApiSchema } from './api-schema.ts';
import { createPlannerCore } from './core/planner-core.ts';
import { documentText } from './loaded-supergraph.ts';
import type { Planner } from './planner.ts';
import { createSourceNames } from './source-names.ts';

/** A Planner in this thread, without limits: for tests and tools. What it plans is what `createPlanner` plans. */
export function createInProcessPlanner(supergraphSdl: string): Planner {
  const core = createPlannerCore(supergraphSdl);
  return {
    schema: readApiSchema(core.loaded.apiSchemaParts),
    facts: core.loaded.facts,
    sourceNamesOf: ({ meanings }) => createSourceNames(core.loaded.reservedNames, meanings),
    plan: async ({ document, operation, activeLabels }) =>
      core.plan({ source: documentText(document), operationName: operation.name?.value, activeLabels }),
    [Symbol.asyncDispose]: async () => {},
  };
}
