import { TributaryError, withoutStacks } from '@tributary/errors';
import { currentSpan } from '@tributary/telemetry';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type {
  RawResponse,
  SubgraphClient,
  SubgraphReading,
  SubgraphRequest,
} from '../subgraph/subgraph-client.ts';
import type { Circuit } from './circuit.ts';
import type { Circuits } from './circuits.ts';
import type { BreakerSettings } from './subgraph-settings.ts';

/**
 * Leaves alone what keeps failing: the whole subgraph, or the root field or entity type that fails alone. Fetches are then
 * refused at once, which costs the client nothing but that part of the answer, and the subgraph nothing at all.
 */
export function withBreaker(
  client: SubgraphClient,
  circuits: Circuits,
  { graphqlErrors, slowMs }: BreakerSettings,
): SubgraphClient {
  const judgesErrors = graphqlErrors === 'server';

  function send<T>(request: SubgraphRequest<T>): Promise<T> {
    const circuit = circuits.of(request.targets);
    const nowMs = performance.now();
    circuits.openIfSilent(circuit, nowMs);
    if (circuits.areAllClosed) return watch(request, circuit, NONE, nowMs);
    try {
      return watch(request, circuit, admit(circuit, nowMs), nowMs);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function watch<T>(
    request: SubgraphRequest<T>,
    circuit: Circuit,
    probed: readonly Circuit[],
    sentMs: number,
  ): Promise<T> {
    circuits.sent(circuit, sentMs);
    let isServerFault = false;
    const read = (response: RawResponse): SubgraphReading<T> => {
      const reading = request.read(response);
      isServerFault = reading.isServerFault === true;
      return reading;
    };
    return client.send(judgesErrors ? { ...request, read } : request).then(
      (value) => {
        const nowMs = performance.now();
        circuits.answered(circuit, nowMs - sentMs, nowMs);
        conclude(circuit, probed, isServerFault, nowMs);
        return value;
      },
      (error: unknown) => {
        const nowMs = performance.now();
        // No turn in the gateway's own line is silence still: nobody in front of it has been answered.
        if (request.lifetime.hasEnded) circuits.left(circuit, sentMs);
        else if (error instanceof SubgraphRefusal || !isOverload(error)) circuits.heard(circuit);
        conclude(circuit, probed, judge(error, request, nowMs - sentMs), nowMs);
        throw error;
      },
    );
  }

  /** `isFailure` is undefined where it says nothing of the subgraph. */
  function conclude(
    circuit: Circuit,
    probed: readonly Circuit[],
    isFailure: boolean | undefined,
    nowMs: number,
  ): void {
    for (const each of probed) each.endProbe(isFailure, nowMs);
    if (probed.length === 0 && isFailure !== undefined) circuits.add(circuit, isFailure, nowMs);
  }

  /** @returns the circuits that this fetch is a probe of. @throws TributaryError SUBGRAPH_CIRCUIT_OPEN. */
  function admit(circuit: Circuit, nowMs: number): readonly Circuit[] {
    const both = [circuits.whole, circuit];
    for (const each of both) {
      const forMs = each.refusesForMs(nowMs);
      if (forMs > 0) throw withoutStacks(() => refused(client.name, each, forMs));
    }
    const probed = both.filter((each) => each.state !== 'closed');
    for (const each of probed) each.beginProbe();
    if (probed.length > 0) currentSpan()?.setAttribute('tributary.circuit', 'half-open');
    return probed;
  }

  /** Undefined where it says nothing of the subgraph. */
  function judge(
    error: unknown,
    { lifetime }: SubgraphRequest<unknown>,
    waitedMs: number,
  ): boolean | undefined {
    if (lifetime.hasEnded) {
      const isOver = (lifetime.reason as Error | undefined)?.name === 'TimeoutError';
      return isOver && waitedMs >= slowMs ? true : undefined;
    }
    // No turn in the gateway's own queue; and a subgraph that limits its callers is alive.
    return isOverload(error) ? undefined : true;
  }

  return { name: client.name, send, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

// Private:

const NONE: readonly Circuit[] = [];

function isOverload(error: unknown): boolean {
  return error instanceof TributaryError && error.code === 'SUBGRAPH_OVERLOADED';
}

function refused(subgraph: string, { target, state, isSilent }: Circuit, forMs: number): TributaryError {
  currentSpan()?.setAttribute('tributary.circuit', state);
  const what = target === '' ? `The subgraph ${subgraph}` : `${target} of the subgraph ${subgraph}`;
  const why = isSilent ? 'does not answer' : 'has failed too often';
  return new TributaryError(
    'SUBGRAPH_CIRCUIT_OPEN',
    `${what} ${why} and is left alone: ask again in ${Math.ceil(forMs / 1000)} s`,
    { extensions: { subgraph, retryable: true, retryAfterMs: Math.ceil(forMs) } },
  );
}
