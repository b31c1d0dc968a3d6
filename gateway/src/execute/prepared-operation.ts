import type { Planner, QueryPlan, SourceNameOf } from '../plan/index.ts';
import { type CompiledOperation, compileOperation, Declined } from './compile/index.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import type { ExecutionRequest } from './engine.ts';

/** Past this, a client that tries all values of many conditions would fill the memory; the complete executor serves it. */
const MAX_VARIANTS = 32;

// What an operation takes of the heap, against the lengths of texts: measured over operations that were asked for ten times each (bench/kept-operations.ts).
const BYTES_AT_LEAST = 4_096;
/** The parsed document. */
const BYTES_PER_SOURCE_CHARACTER = 40;
const BYTES_PER_PLAN_CHARACTER = 4;
/** Its text, its bytecode, and what V8 notes of each place in it. */
const BYTES_PER_CODE_CHARACTER = 8;

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
  #bytes: number;
  readonly #conditions: Conditions;
  readonly #variants = new Map<string, CompiledOperation | Declined>();

  constructor(planner: Planner, request: PreparedOperation['request'], plan: QueryPlan) {
    this.request = request;
    this.plan = plan;
    this.sourceNameOf = planner.sourceNamesOf(plan);
    this.#planner = planner;
    this.#bytes =
      BYTES_AT_LEAST +
      request.source.length * BYTES_PER_SOURCE_CHARACTER +
      JSON.stringify(plan).length * BYTES_PER_PLAN_CHARACTER;
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
    if (!(compiled instanceof Declined)) this.#bytes += compiled.codeLength * BYTES_PER_CODE_CHARACTER;
    return compiled;
  }

  /** Introspection, of a client that writes its arguments out. */
  get hasOneAnswer(): boolean {
    const { variableDefinitions = [] } = this.request.operation;
    return this.plan.node === undefined && variableDefinitions.length === 0;
  }

  /** What it takes by now: more with the code for each set of conditions that comes. */
  get bytes(): number {
    return this.#bytes + (this.answer?.length ?? 0);
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
