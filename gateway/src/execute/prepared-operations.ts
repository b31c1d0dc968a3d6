import { failSpan, tracer } from '@tributary/telemetry';
import { LRUCache } from 'lru-cache';
import type { Planner, PlanRequest, QueryPlan } from '../plan/index.ts';
import type { ExecutionRequest } from './engine.ts';
import { PreparedOperation } from './prepared-operation.ts';

export type PrepareRequest = Pick<ExecutionRequest, 'source' | 'document' | 'documentHash' | 'operation'>;

const BYTES_OF_ENTRY = 100;

/** Plans each operation once for a supergraph, and forgets the ones least used when they fill `maxBytes`. */
export class PreparedOperations {
  readonly #planner: Planner;
  readonly #known: LRUCache<string, PreparedOperation>;
  readonly #maxAnswerBytes: number;
  /**
   * Their plans as text, of those that have been forgotten too: a seventieth of what a compiled operation takes, and to plan it anew would
   * take the planner's thread from everybody else.
   */
  readonly #plans: LRUCache<string, string>;
  readonly #underWay = new Map<string, Promise<PreparedOperation>>();

  constructor(planner: Planner, maxBytes: number) {
    this.#planner = planner;
    this.#known = new LRUCache({ maxSize: maxBytes });
    this.#maxAnswerBytes = maxBytes / 4;
    this.#plans = new LRUCache({
      maxSize: Math.max(1, Math.floor(maxBytes / 8)),
      sizeCalculation: (text, key) => text.length + key.length + BYTES_OF_ENTRY,
    });
  }

  /** At once where the operation is known; else when it is planned. Rejects as Planner.plan does. */
  get(
    request: PrepareRequest,
    activeLabels: readonly string[],
  ): PreparedOperation | Promise<PreparedOperation> {
    const name = request.operation.name?.value;
    const labels = activeLabels.length === 0 ? '' : ` ${activeLabels.join(' ')}`;
    const key = `${request.documentHash} ${name ?? ''}${labels}`;
    const known = this.#known.get(key);
    if (known === undefined) return this.#underWay.get(key) ?? this.#prepare(key, request, activeLabels);
    known.uses++;
    if (known.bytes !== known.countedBytes) this.#keep(key, known);
    return known;
  }

  /** For an operation that has one answer. It is counted when the operation is asked for again. */
  keepAnswer(prepared: PreparedOperation, text: string): void {
    if (text.length <= this.#maxAnswerBytes) prepared.answer = text;
  }

  #keep(key: string, prepared: PreparedOperation): void {
    prepared.countedBytes = prepared.bytes;
    // The cache counts a value once, when it comes in.
    this.#known.delete(key);
    this.#known.set(key, prepared, { size: prepared.bytes });
  }

  /** The operations most often asked for, first the most used. */
  mostUsed(count: number): readonly PreparedOperation[] {
    return [...this.#known.values()].sort((a, b) => b.uses - a.uses).slice(0, count);
  }

  #prepare(
    key: string,
    request: PrepareRequest,
    activeLabels: readonly string[],
  ): Promise<PreparedOperation> {
    const preparing = this.#plan(key, request, activeLabels).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, preparing);
    return preparing;
  }

  async #plan(
    key: string,
    { source, document, operation }: PrepareRequest,
    activeLabels: readonly string[],
  ): Promise<PreparedOperation> {
    const text = this.#plans.get(key) ?? (await this.#planAnew(key, { document, operation, activeLabels }));
    const request = { source, document, operation };
    const prepared = new PreparedOperation(this.#planner, request, JSON.parse(text) as QueryPlan);
    this.#keep(key, prepared);
    return prepared;
  }

  async #planAnew(key: string, request: PlanRequest): Promise<string> {
    const span = tracer().startSpan('graphql.plan');
    try {
      const text = JSON.stringify(await this.#planner.plan(request));
      this.#plans.set(key, text);
      return text;
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}
