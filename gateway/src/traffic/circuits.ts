import { Circuit, type CircuitChange } from './circuit.ts';
import type { BreakerSettings } from './subgraph-settings.ts';

/** Clients choose what is asked together: there may be more combinations than are worth a circuit of their own. */
const MAX_TARGETS = 500;
const OTHERS = 'others';

/**
 * The circuits of one subgraph: one for each target, so that a subgraph that fails in one place is left alone there only,
 * and one for the whole subgraph, which opens when it fails in other places too.
 */
export class Circuits {
  readonly whole: Circuit;
  readonly #settings: BreakerSettings;
  readonly #onChange: CircuitChange;
  readonly #targets = new Map<string, Circuit>();
  #notClosed = 0;

  constructor(settings: BreakerSettings, onChange: CircuitChange) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.whole = this.#create('');
  }

  get areAllClosed(): boolean {
    return this.#notClosed === 0;
  }

  /** Of all its circuits. */
  get targets(): readonly string[] {
    return [this.whole.target, ...this.#targets.keys()];
  }

  /** What is asked for together is a target of its own: which of its parts makes it fail cannot be told. */
  of(targets: readonly string[]): Circuit {
    const key = targets.length === 1 ? (targets[0] as string) : targets.join(' ') || OTHERS;
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    if (this.#targets.size >= MAX_TARGETS) return this.#targets.get(OTHERS) ?? this.#add(OTHERS);
    return this.#add(key);
  }

  /** Before a fetch is sent. */
  openIfSilent(circuit: Circuit, nowMs: number): void {
    this.whole.openIfSilent(nowMs);
    circuit.openIfSilent(nowMs);
  }

  sent(circuit: Circuit, nowMs: number): void {
    this.whole.sent(nowMs);
    circuit.sent(nowMs);
  }

  left(circuit: Circuit, sentMs: number): void {
    this.whole.left(sentMs);
    circuit.left(sentMs);
  }

  heard(circuit: Circuit): void {
    this.whole.heard();
    circuit.heard();
  }

  answered(circuit: Circuit, tookMs: number, nowMs: number): void {
    this.whole.answered(tookMs, nowMs);
    circuit.answered(tookMs, nowMs);
  }

  /** Of a fetch that was no probe: a late one of a circuit that has opened since says nothing new. */
  add(circuit: Circuit, isFailure: boolean, nowMs: number): void {
    if (circuit.state !== 'closed' || this.whole.state !== 'closed') return;
    circuit.add(isFailure, nowMs);
    if (!isFailure) return;
    if (this.#isFailing(circuit.failed(nowMs), circuit.total(nowMs))) circuit.open(nowMs);
    if (this.#failsElsewhere(nowMs)) this.whole.open(nowMs);
  }

  /** Among the targets that are still asked, without the one that fails most. */
  #failsElsewhere(nowMs: number): boolean {
    let failed = 0;
    let total = 0;
    let most = 0;
    let totalOfMost = 0;
    for (const circuit of this.#targets.values()) {
      if (circuit.state !== 'closed') continue;
      const own = circuit.failed(nowMs);
      failed += own;
      total += circuit.total(nowMs);
      if (own <= most) continue;
      most = own;
      totalOfMost = circuit.total(nowMs);
    }
    return this.#isFailing(failed - most, total - totalOfMost);
  }

  #isFailing(failed: number, total: number): boolean {
    const { minFetches, failurePercent } = this.#settings;
    return total >= minFetches && failed * 100 >= failurePercent * total;
  }

  #add(key: string): Circuit {
    const circuit = this.#create(key);
    this.#targets.set(key, circuit);
    return circuit;
  }

  #create(target: string): Circuit {
    let wasClosed = true;
    return new Circuit(target, this.#settings, (circuit) => {
      const isClosed = circuit.state === 'closed';
      if (isClosed !== wasClosed) this.#notClosed += isClosed ? -1 : 1;
      wasClosed = isClosed;
      this.#onChange(circuit);
    });
  }
}
