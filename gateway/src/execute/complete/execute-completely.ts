import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { FetchNode, QueryPlan, SupergraphFacts } from '../../plan/index.ts';
import type { ExecutionResult } from '../engine.ts';
import { type SelectionContext, selectionContext } from './collect-fields.ts';
import { complete } from './complete-value.ts';
import type { DataObject } from './data-tree.ts';
import { Faults } from './faults.ts';
import type { FetchFromSubgraph } from './fetch-from-subgraph.ts';
import { introspect } from './introspect.ts';
import { locateErrors } from './locate-errors.ts';
import { Merger, Origins } from './merge.ts';
import { NOT_FETCHED, type Path, rankAt } from './places.ts';
import { plannedFetches } from './plan-run.ts';
import { Purposes } from './purposes.ts';
import { runPlan } from './run-plan.ts';
import { Selection } from './selection.ts';
import { TypeRelations } from './type-relations.ts';

export interface CompleteExecution {
  readonly plan: QueryPlan;
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly sourceNameOf: (field: FieldNode) => string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: FetchFromSubgraph;
}

/**
 * Executes any plan: fetches into one tree of objects, then makes the client's answer of it. Faults of subgraphs are
 * errors in the result, with `extensions.serviceName`, in the order of the plan; then come those of the answer itself.
 * Rejects for faults that are not a subgraph's.
 */
export async function executeCompletely(input: CompleteExecution): Promise<ExecutionResult> {
  const { schema, document, operation, variables } = input;
  const context = selectionContext(document, operation, variables);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new TypeError(`The schema has no ${operation.operation} type`);
  const selection = new Selection([operation.selectionSet], { ...input, ...context });

  const tree: DataObject = Object.create(null);
  const { faults, senderOf, isFetchedForNobody } = await fetchInto(tree, input, context);
  const { errors, ...nulls } = locateErrors(faults, {
    schema,
    tree,
    rootType,
    selection,
    isFetchedForNobody,
  });

  const completion = complete(tree, rootType, selection, {
    schema,
    ...nulls,
    senderOf,
    introspect: (field) => introspect(field, input),
  });
  const all = [...errors, ...completion.errors];
  return all.length > 0 ? { errors: all, data: completion.data } : { data: completion.data };
}

interface Fetched {
  readonly faults: Faults;
  readonly senderOf: (path: Path) => string | undefined;
  readonly isFetchedForNobody: (path: Path) => boolean;
}

async function fetchInto(
  tree: DataObject,
  { plan, facts, variables, fetch }: CompleteExecution,
  conditions: SelectionContext,
): Promise<Fetched> {
  const types = new TypeRelations(facts);
  const origins = new Origins();
  const faults = new Faults(variables, types);
  const fetches = plannedFetches(plan.node);
  const selectionOf = (node: FetchNode) => faults.selectionOf(node);
  const purposes = new Purposes(tree, { plan: plan.node, conditions, selectionOf });
  const run = {
    fetch,
    variables,
    conditions,
    types,
    origins,
    merger: new Merger(origins, types),
    faults,
    purposes,
    fetches,
    hasContexts: fetches.keys().some((node) => node.contextRewrites !== undefined),
  };
  const root = { object: tree, rank: NOT_FETCHED, parent: undefined, steps: [] };
  if (plan.node !== undefined) await runPlan(run, plan.node, [root], []);
  const senderOf = (path: Path) => {
    const rank = rankAt(tree, path, origins);
    return rank === undefined ? purposes.whoWasAsked(path) : [...fetches.keys()][rank]?.serviceName;
  };
  return {
    faults,
    senderOf,
    isFetchedForNobody: (path) => purposes.isFetchedForNobody(path),
  };
}
