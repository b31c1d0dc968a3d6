import type { Planner, QueryPlan, SourceNameOf } from '../plan/index.ts';
import { type CompiledOperation, compileOperation, Declined } from './compile/index.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import type { ExecutionRequest } from './engine.ts';

/** Past this, a client that tries all values of many conditions would fill the memory; the complete executor serves it. */
const MAX_VARIANTS = 32;

/** What a plan and the code made from it take, against the plan's text: measured with v8.getHeapStatistics, rounded up. */
const BYTES_PER_PLAN_CHARACTER = 20;
const BYTES_AT_LEAST = 4_096;

/** An operation with its plan, and the code that was made of it. */
export class PreparedOperation {
  readonly request: Pick<ExecutionRequest, 'source' | 'document' | 'operation'>;
  readonly plan: QueryPlan;
  readonly sourceNameOf: SourceNameOf;
  /** Where no subgraph and no variable has a say in it, the answer is the same for everyone: its byte text, once it is known. */
  answer: string | undefined;
  /** Times it was asked for: the measure for warming up. */
  uses = 0;
  /** What its owner has counted for it in bytes. */
  countedBytes = 0;
  readonly #planner: Planner;
  readonly #bytesOfOne: number;
  readonly #conditions: Conditions;
  readonly #variants = new Map<string, CompiledOperation | Declined>();

  constructor(planner: Planner, request: PreparedOperation['request'], plan: QueryPlan) {
    this.request = request;
    this.plan = plan;
    this.sourceNameOf = planner.sourceNamesOf(plan);
    this.#planner = planner;
    this.#bytesOfOne = BYTES_AT_LEAST + JSON.stringify(plan).length * BYTES_PER_PLAN_CHARACTER;
    this.#conditions = conditionsOf(request.document, request.operation);
  }

  /** The code for these variables, or why the complete executor answers. */
  compiledFor(variables: Readonly<Record<string, unknown>>): CompiledOperation | Declined {
    const key = this.#conditions.keyOf(variables);
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    if (this.#variants.size >= MAX_VARIANTS) return TOO_MANY_VARIANTS;
    const compiled = this.#compile(variables);
    this.#variants.set(key, compiled);
    return compiled;
  }

  /** Introspection, of a client that writes its arguments out. */
  get hasOneAnswer(): boolean {
    const { variableDefinitions = [] } = this.request.operation;
    return this.plan.node === undefined && variableDefinitions.length === 0;
  }

  /** What it takes by now: the code for each set of conditions that came is about as large as the first. */
  get bytes(): number {
    return this.#bytesOfOne * Math.max(1, this.#variants.size) + (this.answer?.length ?? 0);
  }

  /** Compiles it before its first request where no variable decides on fields. */
  compileAhead(): void {
    if (this.#conditions.names.length === 0) this.compiledFor({});
  }

  #compile(variables: Readonly<Record<string, unknown>>): CompiledOperation | Declined {
    try {
      const { schema, facts } = this.#planner;
      return compileOperation({
        ...this.request,
        plan: this.plan,
        schema,
        facts,
        sourceNameOf: this.sourceNameOf,
        conditions: this.#conditions.valuesOf(variables),
      });
    } catch (error) {
      if (error instanceof Declined) return error;
      // A fault of ours, or generating code is forbidden here: the complete executor has an answer all the same.
      return new Declined(`the compiler failed: ${error}`);
    }
  }
}

const TOO_MANY_VARIANTS = new Declined('more combinations of conditions than are kept');
