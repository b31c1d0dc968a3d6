import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { TributaryError } from '@tributary/errors';
import { parse, printSchema } from 'graphql';
import type { LoadedSupergraph } from '../loaded-supergraph.ts';
import type { PlanNode, QueryPlan } from '../query-plan.ts';
import { toPlanningError } from './planning-error.ts';
import { toSupergraphFacts } from './supergraph-facts.ts';
import { SUPPORTED_FEATURES } from './supported-features.ts';

/** One operation to plan, as text: it comes from another thread. */
export interface CorePlanRequest {
  readonly source: string;
  readonly operationName: string | undefined;
  readonly activeLabels: readonly string[];
}

export interface PlannerCore {
  readonly loaded: LoadedSupergraph;
  /** @throws TributaryError PLANNING_FAILED or OPERATION_LIMIT_EXCEEDED. */
  plan(request: CorePlanRequest): QueryPlan;
}

/**
 * Apollo's planner over one supergraph, synchronous and in this thread: for the thread of `createPlanner`, and for tests.
 * Importing this costs some 60 MB; nothing in the gateway's main thread may.
 * @throws when the text is no valid supergraph.
 */
export function createPlannerCore(supergraphSdl: string): PlannerCore {
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: SUPPORTED_FEATURES,
    validateSupergraph: true,
  });
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const loaded: LoadedSupergraph = {
    apiSchemaSdl: printSchema(apiSchema.toGraphQLJSSchema()),
    facts: toSupergraphFacts(supergraph),
    reservedNames: { prefix: '_tr_', readByPlans: [] },
  };

  return {
    loaded,
    plan({ source, operationName, activeLabels }) {
      try {
        const operation = operationFromDocument(apiSchema, parse(source, { noLocation: true }), {
          ...(operationName !== undefined && { operationName }),
        });
        const { node } = planner.buildQueryPlan(operation, {
          overrideConditions: new Map(activeLabels.map((label) => [label, true])),
        });
        if (node?.kind === 'Subscription') {
          throw new TributaryError('PLANNING_FAILED', 'Subscriptions cannot be planned');
        }
        // Apollo's plan without its classes' leftovers; Defer nodes are never made, as @defer is off.
        return node === undefined ? {} : { node: node as PlanNode };
      } catch (error) {
        throw toPlanningError(error);
      }
    },
  };
}
