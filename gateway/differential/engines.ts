import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import { createLiveFetch, executeCompletely } from '../src/execute/complete/index.ts';
import type { Caller, SubgraphClient } from '../src/subgraph/index.ts';
import type { Federation } from './compose.ts';

export interface EngineRequest {
  readonly federation: Federation;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly source: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly activeLabels: readonly string[];
}

export interface EngineAnswer {
  readonly result: ExecutionResult;
  /** Whether the answer came as text, on the fast way. */
  readonly asText?: boolean;
  /** Why it did not. */
  readonly stepAside?: string | undefined;
}

/** One way to answer an operation, under test. */
export type Engine = (request: EngineRequest) => Promise<EngineAnswer>;

export const CALLER: Caller = { identity: { subject: null, roles: [] }, forwardedHeaders: {} };

export const completeEngine: Engine = async (request) => {
  const { federation, clients, document, operation, variables, activeLabels } = request;
  const { schema, facts } = federation.planner;
  const plan = await federation.planner.plan({ document, operation, activeLabels });
  const signal = new AbortController().signal;
  const result = await executeCompletely({
    plan,
    schema,
    facts,
    sourceNameOf: federation.planner.sourceNamesOf(plan),
    document,
    operation,
    variables,
    fetch: createLiveFetch({ clients, caller: CALLER, signal }),
  });
  return { result };
};

/** All that must agree. */
export const ENGINES: Readonly<Record<string, Engine>> = { complete: completeEngine };
