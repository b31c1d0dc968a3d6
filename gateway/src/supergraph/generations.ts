import type { Split } from '../canary/index.ts';
import type { Generation } from './generation.ts';

export interface GenerationLease extends Disposable {
  readonly generation: Generation;
}

/** A second generation that a share of the requests is answered from. */
export interface CanaryGeneration {
  readonly generation: Generation;
  readonly split: Split;
}

interface Held {
  readonly generation: Generation;
  leases: number;
  retired: boolean;
}

/**
 * Hands out the current generation, or that of the canary beside it, and swaps them for newer ones. A generation that is
 * neither any more ends when its last lease does; requests that begin after `serve` never see it.
 */
export class Generations implements AsyncDisposable {
  #current: Held;
  readonly #ending = new Set<Promise<void>>();
  readonly #held = new Set<Held>();
  #canary: CanaryGeneration | undefined;
  #idle: (() => void) | undefined;
  #onChange: (() => void) | undefined;

  constructor(first: Generation) {
    this.#current = this.#hold(first);
  }

  get current(): Generation {
    return this.#current.generation;
  }

  /** Undefined but for the time in which a release takes its traffic step by step. */
  get canary(): CanaryGeneration | undefined {
    return this.#canary;
  }

  /** Digests of all generations that requests are still answered from. */
  get digests(): readonly string[] {
    return [...new Set([...this.#held].map(({ generation }) => generation.digest))];
  }

  /** Called after each change of what is served, and when a generation has lost its last lease. */
  set onChange(listener: () => void) {
    this.#onChange = listener;
  }

  /** How many generations are alive: 1 unless there is a canary, or requests still run on an older one. */
  get size(): number {
    return this.#held.size;
  }

  acquire(): GenerationLease {
    const held = this.#current;
    held.leases++;
    return new Lease(held, this.#endIfUnused);
  }

  /** Undefined when that generation is not served any more. */
  acquireCanary({ generation }: CanaryGeneration): GenerationLease | undefined {
    const held = this.#find(generation);
    if (held === undefined || held.retired) return undefined;
    held.leases++;
    return new Lease(held, this.#endIfUnused);
  }

  /** A canary that is to be all there is needs no second life: the same generation may be handed over as the live one. */
  serve(live: Generation, canary?: CanaryGeneration): void {
    this.#current = this.#find(live) ?? this.#hold(live);
    this.#canary = canary;
    if (canary !== undefined && this.#find(canary.generation) === undefined) this.#hold(canary.generation);
    for (const held of [...this.#held]) {
      held.retired = held.generation !== live && held.generation !== canary?.generation;
      this.#endIfUnused(held);
    }
    this.#onChange?.();
  }

  /** Waits for every lease, then ends what is current too. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const held of [...this.#held]) {
      held.retired = true;
      this.#endIfUnused(held);
    }
    if (this.#held.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await Promise.all(this.#ending);
  }

  #find(generation: Generation): Held | undefined {
    for (const held of this.#held) if (held.generation === generation) return held;
    return undefined;
  }

  #hold(generation: Generation): Held {
    const held: Held = { generation, leases: 0, retired: false };
    this.#held.add(held);
    return held;
  }

  readonly #endIfUnused = (held: Held): void => {
    if (!held.retired || held.leases > 0 || !this.#held.delete(held)) return;
    const ending = this.#end(held.generation).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    if (this.#held.size === 0) this.#idle?.();
    this.#onChange?.();
  };

  async #end({ engine }: Generation): Promise<void> {
    await engine[Symbol.asyncDispose]();
  }
}

/** One for each request, so a class: made and ended, an object with closures costs more than twice as much. */
class Lease implements GenerationLease {
  readonly generation: Generation;
  readonly #onEnd: (held: Held) => void;
  #held: Held | undefined;

  constructor(held: Held, onEnd: (held: Held) => void) {
    this.generation = held.generation;
    this.#held = held;
    this.#onEnd = onEnd;
  }

  [Symbol.dispose](): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    held.leases--;
    this.#onEnd(held);
  }
}
