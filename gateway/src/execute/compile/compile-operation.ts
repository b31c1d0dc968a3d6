import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { QueryPlan, SupergraphFacts } from '../../plan/index.ts';
import { loadModule, type ModuleExports } from '../compiled/index.ts';
import { arrangeOutput } from './arrange-output.ts';
import { buildPlaces } from './build-places.ts';
import { Declined } from './declined.ts';
import { emitModule } from './emit-module.ts';
import { findLosses, type Loss } from './find-losses.ts';
import type { SentStep } from './ir.ts';
import { listSteps } from './list-steps.ts';
import { markClient } from './mark-client.ts';
import { type FetchGroup, mergeFetches } from './merge-fetches.ts';
import { planRepresentations } from './plan-representations.ts';
import { RequestTexts } from './request-text.ts';

export interface CompileInput {
  readonly plan: QueryPlan;
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly sourceNameOf: (field: FieldNode) => string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Values of the variables in @skip and @include: the code holds for these only. */
  readonly conditions: ReadonlyMap<string, boolean>;
}

export interface CompiledOperation {
  readonly steps: readonly SentStep[];
  readonly groups: readonly FetchGroup<SentStep>[];
  /** For each step: its group, how many steps it waits for, and which wait for it. */
  readonly groupOf: readonly number[];
  readonly waitsFor: readonly number[];
  readonly dependents: readonly (readonly number[])[];
  readonly texts: RequestTexts;
  /** For each step what its failure takes from the answer; undefined where the complete executor has to find that out. */
  readonly losses: readonly (readonly Loss[] | undefined)[];
  readonly module: ModuleExports;
  /** Its code, as it was loaded. */
  readonly source: () => string;
  readonly codeLength: number;
}

/**
 * The compiler: from a plan to code that reads the subgraphs' answers and writes the client's, one pass a line.
 * @throws Declined for what the code would not cover.
 */
export function compileOperation(input: CompileInput): CompiledOperation {
  const { plan, schema, facts, operation, document, conditions } = input;
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Declined('a root type that the schema does not have');
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const steps = listSteps(plan, conditions);
  const { root, all } = buildPlaces(steps, rootType.name, { schema, facts, conditions });
  markClient(root, operation, { ...input, fragments });
  planRepresentations(steps, facts);
  arrangeOutput(root);
  const { code, keep } = emitModule(steps, root, all);
  const groups = mergeFetches(steps);
  const { module, source } = loadModule(code, keep, facts);
  const sent = steps.map(({ index, fetch, path }): SentStep => ({ index, fetch, path }));
  return {
    steps: sent,
    groups: groups.map((group) => ({
      ...group,
      steps: group.steps.map(({ index }) => sent[index] as SentStep),
    })),
    groupOf: steps.map((step) => groups.findIndex((group) => group.steps.includes(step))),
    waitsFor: steps.map(({ dependsOn }) => dependsOn.size),
    dependents: steps.map(({ index }) =>
      steps.filter(({ dependsOn }) => dependsOn.has(index)).map((dependent) => dependent.index),
    ),
    texts: new RequestTexts(),
    losses: findLosses(steps, root),
    module,
    source,
    codeLength: code.length,
  };
}
