import { hash } from 'node:crypto';
import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import { Executor } from '../src/execute/executor.ts';
import { fromByteText, Lifetime, RequestReport, type SubgraphClient } from '../src/subgraph/index.ts';
import type { Federation } from './compose.ts';
import { parseExact } from './json-text.ts';

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
  /** The whole answer, where it came as text: on the fast way. */
  readonly text?: string;
  /** Why it did not. */
  readonly stepAside?: string | undefined;
}

/** One way to answer an operation, under test. */
export type Engine = (request: EngineRequest) => Promise<EngineAnswer>;
export type Engines = Readonly<Record<string, Engine>>;

/** All that must agree. */
export const ENGINES: Engines = { complete: engineOf('complete'), compiled: engineOf('compiled') };

function engineOf(mode: 'compiled' | 'complete'): Engine {
  const executors = new WeakMap<Federation, Executor>();
  return async ({ federation, clients, activeLabels, ...operation }) => {
    const executor = executors.get(federation) ?? new Executor(federation.planner, { mode, cacheBytes: 1e9 });
    executors.set(federation, executor);
    let stepAside: string | undefined;
    const outcome = await executor.execute(
      {
        ...operation,
        documentHash: hash('sha256', operation.source),
        caller: { identity: { subject: null, roles: [] }, forwardedHeaders: {} },
        lifetime: new Lifetime(Infinity),
        report: new RequestReport(),
      },
      clients,
      activeLabels,
      (why) => {
        stepAside = why;
      },
    );
    // The client's response is a result by definition; what it holds, the judge compares.
    if (outcome.kind === 'result') return { result: outcome.result as ExecutionResult, stepAside };
    const text = fromByteText(outcome.text);
    const { errors } = outcome;
    return {
      result: { ...(parseExact(text) as object), ...(errors && { errors }) } as ExecutionResult,
      text,
    };
  };
}
