import { TributaryError, withoutStacks } from '@tributary/errors';
import { runInSpan, type Span } from '@tributary/telemetry';
import type { Lifetime } from '../subgraph/lifetime.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { RawResponse, SubgraphReading } from '../subgraph/subgraph-client.ts';
import type { Circuit } from './circuit.ts';
import type { Circuits } from './circuits.ts';
import type { BreakerSettings } from './subgraph-settings.ts';

/**
 * Leaves alone what keeps failing: the whole subgraph, or the root field or entity type that fails alone. Fetches are then
 * refused at once, which costs the client nothing but that part of the answer, and the subgraph nothing at all.
 */
export function withBreaker(sender: Sender, circuits: Circuits, settings: BreakerSettings): Sender {
  return {
    name: sender.name,
    send(request, lifetime, receiver, nowMs) {
      const circuit = circuits.of(request.targets);
      circuits.openIfSilent(circuit, nowMs);
      const probed = circuits.areAllClosed ? NONE : probedBy(circuits, circuit, nowMs);
      if (!Array.isArray(probed)) {
        request.span?.setAttribute('tributary.circuit', probed.circuit.state);
        receiver.failed(refused(sender.name, probed));
        return;
      }
      if (probed.length > 0) request.span?.setAttribute('tributary.circuit', 'half-open');
      circuits.sent(circuit, nowMs);
      const watch = { circuits, settings, circuit, probed, sentMs: nowMs, span: request.span };
      sender.send(request, lifetime, new WatchedFetch(watch, lifetime, receiver), nowMs);
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

const NONE: Circuit[] = [];

interface OpenCircuit {
  readonly circuit: Circuit;
  readonly forMs: number;
}

/** @returns the circuits that a fetch is a probe of if it is sent now, or the one that it must not be sent for. */
function probedBy(circuits: Circuits, circuit: Circuit, nowMs: number): Circuit[] | OpenCircuit {
  const both = [circuits.whole, circuit];
  for (const each of both) {
    const forMs = each.refusesForMs(nowMs);
    if (forMs > 0) return { circuit: each, forMs };
  }
  const probed = both.filter((each) => each.state !== 'closed');
  for (const each of probed) each.beginProbe();
  return probed;
}

interface Watch {
  readonly circuits: Circuits;
  readonly settings: BreakerSettings;
  readonly circuit: Circuit;
  readonly probed: readonly Circuit[];
  readonly sentMs: number;
  readonly span: Span | undefined;
}

/** Tells the circuits what becomes of a fetch. */
class WatchedFetch implements Receiver {
  readonly #watch: Watch;
  readonly #lifetime: Lifetime;
  readonly #receiver: Receiver;

  constructor(watch: Watch, lifetime: Lifetime, receiver: Receiver) {
    this.#watch = watch;
    this.#lifetime = lifetime;
    this.#receiver = receiver;
  }

  read(response: RawResponse): SubgraphReading<unknown> {
    return this.#receiver.read(response);
  }

  answered(reading: SubgraphReading<unknown>, nowMs: number): void {
    const { circuits, settings, circuit, sentMs } = this.#watch;
    circuits.answered(circuit, nowMs - sentMs, nowMs);
    this.#conclude(reading.isServerFault === true && settings.graphqlErrors === 'server', nowMs);
    this.#receiver.answered(reading, nowMs);
  }

  failed(error: unknown): void {
    const { circuits, circuit, sentMs } = this.#watch;
    const nowMs = performance.now();
    // No turn in the gateway's own line is silence still: nobody in front of it has been answered.
    if (this.#lifetime.hasEnded) circuits.left(circuit, sentMs);
    else if (error instanceof SubgraphRefusal || !isOverload(error)) circuits.heard(circuit);
    const isFailure = this.#judge(error, nowMs - sentMs);
    this.#conclude(isFailure, nowMs);
    this.#receiver.failed(error);
  }

  /** `isFailure` is undefined where it says nothing of the subgraph. */
  #conclude(isFailure: boolean | undefined, nowMs: number): void {
    // A circuit that opens says so in the log, with the trace of the fetch that it opens for.
    if (isFailure === true && this.#watch.span !== undefined) {
      runInSpan(this.#watch.span, () => this.#note(isFailure, nowMs));
    } else this.#note(isFailure, nowMs);
  }

  #note(isFailure: boolean | undefined, nowMs: number): void {
    const { circuits, circuit, probed } = this.#watch;
    for (const each of probed) each.endProbe(isFailure, nowMs);
    if (probed.length === 0 && isFailure !== undefined) circuits.add(circuit, isFailure, nowMs);
  }

  /** Undefined where it says nothing of the subgraph. */
  #judge(error: unknown, waitedMs: number): boolean | undefined {
    if (this.#lifetime.hasEnded) {
      const isOver = (this.#lifetime.reason as Error | undefined)?.name === 'TimeoutError';
      return isOver && waitedMs >= this.#watch.settings.slowMs ? true : undefined;
    }
    // No turn in the gateway's own queue; and a subgraph that limits its callers is alive.
    return isOverload(error) ? undefined : true;
  }
}

function isOverload(error: unknown): boolean {
  return error instanceof TributaryError && error.code === 'SUBGRAPH_OVERLOADED';
}

function refused(subgraph: string, { circuit: { target, isSilent }, forMs }: OpenCircuit): TributaryError {
  const what = target === '' ? `The subgraph ${subgraph}` : `${target} of the subgraph ${subgraph}`;
  const why = isSilent ? 'does not answer' : 'has failed too often';
  const message = `${what} ${why} and is left alone: ask again in ${Math.ceil(forMs / 1000)} s`;
  const extensions = { subgraph, retryable: true, retryAfterMs: Math.ceil(forMs) };
  return withoutStacks(() => new TributaryError('SUBGRAPH_CIRCUIT_OPEN', message, { extensions }));
}
