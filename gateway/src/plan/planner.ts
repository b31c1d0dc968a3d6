import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { QueryPlan } from './query-plan.ts';
import type { SourceNameOf } from './source-names.ts';

export interface PlanRequest {
  /** The client's document, valid against `Planner.schema`. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The `@override(label:)` labels that are on for this request; part of a plan's identity. */
  readonly activeLabels: readonly string[];
}

/**
 * Plans the operations of one supergraph, off the main thread. Rejects with a TributaryError: PLANNING_TIMEOUT,
 * PLANNING_FAILED, OPERATION_LIMIT_EXCEEDED (the planner's own limits).
 */
export interface Planner extends AsyncDisposable {
  /** The API schema that clients see: no federation machinery, nothing @inaccessible. */
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  /** Not cached; equal requests under way share one planning. */
  plan(request: PlanRequest): Promise<QueryPlan>;
  /**
   * The name under which the data of such a plan holds what a field of the client's selection asked for. The client's own
   * response name, except where that would meet another value of that name: one that a @key, @requires or @context
   * reads, or one that the client asks for elsewhere under the same response name.
   */
  sourceNamesOf(plan: QueryPlan): SourceNameOf;
}

/** What executors must know of a supergraph beyond its API schema. Plain data. */
export interface SupergraphFacts {
  readonly subgraphs: readonly { readonly name: string; readonly url: string | undefined }[];
  /** Abstract type -> names of its object types, @inaccessible ones included. */
  readonly possibleTypes: Readonly<Record<string, readonly string[]>>;
  readonly bySubgraph: Readonly<Record<string, SubgraphFacts>>;
  /** Labels of @override that the supergraph names, `percent(n)` included. */
  readonly overrideLabels: readonly string[];
}

export interface SubgraphFacts {
  /** The same, as far as this subgraph knows the types. */
  readonly possibleTypes: Readonly<Record<string, readonly string[]>>;
  /** Interfaces of the supergraph that are object types here (@interfaceObject). */
  readonly interfaceObjects: readonly string[];
}
