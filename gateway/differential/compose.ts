import { composeServices } from '@apollo/composition';
import { buildASTSchema, type GraphQLSchema, isAbstractType, parse } from 'graphql';
import { createInProcessPlanner } from '../src/plan/in-process-planner.ts';
import type { Planner, QueryPlan } from '../src/plan/index.ts';
import type { SubgraphSource } from './federation/generate-federation.ts';
import { readSubgraph, type SubgraphModel } from './world/read-subgraph.ts';

/** A federation that composes, with all that its cases share. */
export interface Federation {
  readonly sources: readonly SubgraphSource[];
  readonly supergraphSdl: string;
  /** What nobody sees: all types and fields, @inaccessible ones too. */
  readonly fullSchema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphModel[];
  readonly possibleTypes: ReadonlyMap<string, readonly string[]>;
  /** Plans each operation once. */
  readonly planner: Planner;
}

/** Undefined where the subgraphs do not compose. */
export function composeFederation(sources: readonly SubgraphSource[]): Federation | undefined {
  const supergraphSdl = compose(sources);
  if (supergraphSdl === undefined) return undefined;
  const fullSchema = buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValid: true });
  const abstract = Object.values(fullSchema.getTypeMap()).filter(isAbstractType);
  return {
    sources,
    supergraphSdl,
    fullSchema,
    subgraphs: sources.map(readSubgraph),
    possibleTypes: new Map(
      abstract.map((type) => [type.name, fullSchema.getPossibleTypes(type).map((object) => object.name)]),
    ),
    planner: rememberPlans(createInProcessPlanner(supergraphSdl)),
  };
}

/** Arguments that not all subgraphs know: each would answer for its own default, and no monolith can say which. */
const DIFFERENT_ARGUMENTS: ReadonlySet<string> = new Set([
  'INCONSISTENT_ARGUMENT_PRESENCE',
  'INCONSISTENT_INPUT_OBJECT_FIELD',
  'INCONSISTENT_DEFAULT_VALUE_PRESENCE',
]);

function compose(sources: readonly SubgraphSource[]): string | undefined {
  try {
    const { supergraphSdl, hints } = composeServices(
      sources.map(({ name, typeDefs }) => ({
        name,
        url: `http://${name}.invalid/`,
        typeDefs: parse(typeDefs),
      })),
    );
    // None is drawn; what is left of a case that is being made smaller may be one.
    return hints?.some(({ definition }) => DIFFERENT_ARGUMENTS.has(definition.code))
      ? undefined
      : supergraphSdl;
  } catch {
    // Some schemas make composition itself throw, or are no GraphQL after a shrinking step.
    return undefined;
  }
}

function rememberPlans(planner: Planner): Planner {
  const plans = new Map<string, Promise<QueryPlan>>();
  return {
    schema: planner.schema,
    facts: planner.facts,
    sourceNamesOf: (plan) => planner.sourceNamesOf(plan),
    plan(request) {
      const key = `${request.activeLabels.join()}\n${JSON.stringify(request.document)}`;
      const plan = plans.get(key) ?? planner.plan(request);
      plans.set(key, plan);
      return plan;
    },
    [Symbol.asyncDispose]: () => planner[Symbol.asyncDispose](),
  };
}
