import type { Planner } from '../plan/index.ts';
import { type SubgraphClient, toByteText } from '../subgraph/index.ts';
import { type CompiledOperation, Declined } from './compile/index.ts';
import { runCompiled } from './compiled/index.ts';
import { createLiveFetch, executeCompletely, type FetchFromSubgraph } from './complete/index.ts';
import type { ExecutionOutcome, ExecutionRequest } from './engine.ts';
import { plannedWithin } from './planned-within.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { PreparedOperations, type PrepareRequest } from './prepared-operations.ts';

export interface ExecutorOptions {
  /** `complete` never compiles: for comparison, and where code generation is forbidden. */
  readonly mode: 'compiled' | 'complete';
  readonly cacheBytes: number;
}

/** Why an operation was not answered by compiled code; undefined where it was. */
export type WhyComplete = string | undefined;

/** Chooses between the two executors, operation by operation and answer by answer. */
export class Executor {
  readonly prepared: PreparedOperations;
  readonly #planner: Planner;
  readonly #mode: ExecutorOptions['mode'];

  constructor(planner: Planner, { mode, cacheBytes }: ExecutorOptions) {
    this.#planner = planner;
    this.#mode = mode;
    this.prepared = new PreparedOperations(planner, cacheBytes);
  }

  /** The code that answers such a request, or why the complete executor does. */
  compiledFor(
    prepared: PreparedOperation,
    variables: ExecutionRequest['variables'],
  ): CompiledOperation | Declined {
    return this.#mode === 'compiled' ? prepared.compiledFor(variables) : COMPLETE_ONLY;
  }

  /** Plans an operation, and compiles it where no variable decides on its fields, ahead of its first request. */
  async prepare(request: PrepareRequest, activeLabels: readonly string[]): Promise<void> {
    const prepared = await this.prepared.get(request, activeLabels);
    if (this.#mode === 'compiled') prepared.compileAhead();
  }

  async execute(
    request: ExecutionRequest,
    clients: ReadonlyMap<string, SubgraphClient>,
    activeLabels: readonly string[],
    onComplete?: (why: string) => void,
  ): Promise<ExecutionOutcome> {
    const found = this.prepared.get(request, activeLabels);
    const prepared = found instanceof Promise ? await plannedWithin(request.lifetime, found) : found;
    if (prepared.answer !== undefined) return { kind: 'text', text: prepared.answer, isKept: true };
    const compiled = this.compiledFor(prepared, request.variables);
    if (compiled instanceof Declined) {
      onComplete?.(compiled.message);
      return this.#completely(prepared, request, createLiveFetch({ clients, ...request }));
    }
    // Awaited here: where the code steps aside, the context is that of a connection, and not the request's.
    const outcome = await runCompiled(compiled, { request, clients });
    if (outcome.kind === 'text') return outcome;
    onComplete?.(outcome.why);
    return this.#completely(prepared, request, outcome.fetch);
  }

  async #completely(
    prepared: PreparedOperation,
    { document, operation, variables }: ExecutionRequest,
    fetch: FetchFromSubgraph,
  ): Promise<ExecutionOutcome> {
    const { schema, facts } = this.#planner;
    const { plan, sourceNameOf } = prepared;
    const result = await executeCompletely({
      plan,
      schema,
      facts,
      sourceNameOf,
      document,
      operation,
      variables,
      fetch,
    });
    if (prepared.hasOneAnswer && result.errors === undefined)
      this.prepared.keepAnswer(prepared, toByteText(JSON.stringify(result)));
    return { kind: 'result', result };
  }
}

const COMPLETE_ONLY = new Declined('compiling is turned off');
