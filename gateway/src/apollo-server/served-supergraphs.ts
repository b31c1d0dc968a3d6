import type { GraphQLSchema } from 'graphql';
import type { ExecutionEngine } from '../execute/index.ts';
import type { OperationChecks } from './operation-checks.ts';

export interface ServedSupergraph {
  /** SHA-256 of the text. */
  readonly id: string;
  readonly supergraphSdl: string;
  readonly engine: ExecutionEngine;
  readonly checks: OperationChecks;
}

interface Held {
  readonly supergraph: ServedSupergraph;
  leases: number;
  retired: boolean;
}

export interface SupergraphLease extends Disposable {
  readonly supergraph: ServedSupergraph;
}

/**
 * The supergraph for new requests, and those before it that requests still run on. Apollo Server has validated a request
 * against one schema, and that is the one it must be executed on.
 */
export class ServedSupergraphs implements AsyncDisposable {
  #current: Held | undefined;
  readonly #held = new Map<GraphQLSchema, Held>();
  readonly #ending = new Set<Promise<void>>();
  #idle: (() => void) | undefined;

  get current(): ServedSupergraph | undefined {
    return this.#current?.supergraph;
  }

  /** How many are alive: 1 unless requests still run on an older one. */
  get size(): number {
    return this.#held.size;
  }

  /** The supergraph of that schema; the current one where it has ended already; undefined where there is none. */
  acquire(schema: GraphQLSchema): SupergraphLease | undefined {
    const held = this.#held.get(schema) ?? this.#current;
    if (held === undefined) return undefined;
    held.leases++;
    return {
      supergraph: held.supergraph,
      [Symbol.dispose]: () => {
        held.leases--;
        this.#endIfUnused(held);
      },
    };
  }

  swap(supergraph: ServedSupergraph): void {
    const previous = this.#current;
    this.#current = { supergraph, leases: 0, retired: false };
    this.#held.set(supergraph.engine.schema, this.#current);
    this.#retire(previous);
  }

  /** Nothing is acquired any more; waits for what runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#retire(this.#current);
    this.#current = undefined;
    if (this.#held.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await Promise.all(this.#ending);
  }

  #retire(held: Held | undefined): void {
    if (held === undefined) return;
    held.retired = true;
    this.#endIfUnused(held);
  }

  #endIfUnused(held: Held): void {
    const { engine } = held.supergraph;
    if (!held.retired || held.leases > 0 || !this.#held.delete(engine.schema)) return;
    const ending = this.#end(engine).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    if (this.#held.size === 0) this.#idle?.();
  }

  async #end(engine: ExecutionEngine): Promise<void> {
    await engine[Symbol.asyncDispose]();
  }
}
