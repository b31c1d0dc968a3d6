import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { TributaryError } from '@tributary/errors';
import {
  type DocumentNode,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  printSchema,
} from 'graphql';
import { toParts } from '../api-schema.ts';
import type { LoadedSupergraph } from '../loaded-supergraph.ts';
import type { PlanNode, QueryPlan } from '../query-plan.ts';
import { createSourceNames } from '../source-names.ts';
import { askForTypes } from './ask-for-types.ts';
import { assertCoversRoot, assertEntersByResolvableKeys, assertNoVariableOfOurs } from './check-plan.ts';
import { withConditionsOfRequires } from './conditions-of-requires.ts';
import { withoutImpossibleFragments } from './impossible-fragments.ts';
import { mendPlanner } from './mended-planner.ts';
import { toPlanningError } from './planning-error.ts';
import { prepareSupergraph } from './prepare-supergraph.ts';
import { inRunningOrder } from './running-order.ts';
import { ambiguousNames, toSourceOperation } from './source-operation.ts';
import { toSupergraphFacts } from './supergraph-facts.ts';
import { SUPPORTED_FEATURES } from './supported-features.ts';
import { unbake } from './unbake.ts';

/**
 * @apollo/gateway's own, but for two. Fragments are written out: finding out where the client's fragments fit again takes
 * most of the time of a large plan, and texts without them are what the executors read. And a field that can be had in
 * more ways than the limit fails at once; without one, small operations on nested interfaces fill any memory first.
 */
const PLANNER_CONFIG = { reuseQueryFragments: false, debug: { pathsLimit: 100_000 } };

/** Also true of a string that says so: that costs a fetch more than needed, and no answer. */
const CONDITION = /@(skip|include)\b/;

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
 * Importing this costs some 30 MB; nothing in the gateway's main thread may.
 * @throws when the text is no valid supergraph.
 */
export function createPlannerCore(supergraphSdl: string): PlannerCore {
  mendPlanner();
  const original = parse(supergraphSdl, { noLocation: true });
  const published = Supergraph.build(original, {
    supportedFeatures: SUPPORTED_FEATURES,
    validateSupergraph: true,
  });
  const prepared = prepareSupergraph(original);
  // The original has been validated, and what is changed in it is ours.
  const supergraph =
    prepared.supergraph === original
      ? published
      : Supergraph.build(prepared.supergraph, {
          supportedFeatures: SUPPORTED_FEATURES,
          validateSupergraph: false,
        });
  const planner = new QueryPlanner(supergraph, PLANNER_CONFIG);
  const apiSchema = published.apiSchema().toGraphQLJSSchema();
  const loaded: LoadedSupergraph = {
    apiSchemaParts: toParts(printSchema(apiSchema)),
    facts: toSupergraphFacts(supergraph),
    reservedNames: prepared.reservedNames,
  };

  function toPlannable(source: string, operationName: string | undefined) {
    const asked = parse(source, { noLocation: true });
    const meanings = ambiguousNames(asked, operationIn(asked, operationName));
    const named = toSourceOperation(asked, createSourceNames(prepared.reservedNames, meanings));
    const ordered = inRunningOrder(named, operationIn(named, operationName));
    const possible = withoutImpossibleFragments(ordered, operationIn(ordered, operationName), apiSchema);
    const conditional = withConditionsOfRequires(
      possible,
      operationIn(possible, operationName),
      prepared.requirements.needing,
    );
    const document = askForTypes(conditional, apiSchema);
    return { document, operation: operationIn(document, operationName), meanings };
  }

  function plan({ source, operationName, activeLabels }: CorePlanRequest): QueryPlan {
    const { document, operation, meanings } = toPlannable(source, operationName);
    if (operation.operation === 'subscription') {
      throw new TributaryError('PLANNING_FAILED', 'Subscriptions cannot be planned');
    }
    const planned = planner.buildQueryPlan(
      operationFromDocument(supergraph.apiSchema(), document, {
        ...(operationName !== undefined && { operationName }),
      }),
      { overrideConditions: new Map(activeLabels.map((label) => [label, true])) },
    );
    // Neither Subscription nor Defer nodes: those operations were refused, and @defer is off.
    const node = planned.node as PlanNode | undefined;
    assertCoversRoot(node, document, operation);
    assertEntersByResolvableKeys(node, prepared.unresolvableEntities);
    assertNoVariableOfOurs(node, operation);
    return {
      ...(node !== undefined && {
        node: unbake(node, { requirements: prepared.requirements, hasConditions: CONDITION.test(source) }),
      }),
      ...(Object.keys(meanings).length > 0 && { meanings }),
    };
  }

  return {
    loaded,
    plan(request) {
      try {
        return plan(request);
      } catch (error) {
        throw toPlanningError(error);
      }
    },
  };
}

function operationIn(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (!operation) throw new TributaryError('PLANNING_FAILED', 'There is no such operation');
  return operation;
}
