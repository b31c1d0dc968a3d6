import { TributaryError, withoutStacks } from '@tributary/errors';
import { currentSpan } from '@tributary/telemetry';
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
    if (circuits.areAllClosed) return watch(request, circuit, NONE);
    try {
      return watch(request, circuit, admit(circuit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function watch<T>(request: SubgraphRequest<T>, circuit: Circuit, probed: readonly Circuit[]): Promise<T> {
    const startedAt = performance.now();
    let isServerFault = false;
    const read = (response: RawResponse): SubgraphReading<T> => {
      const reading = request.read(response);
      isServerFault = reading.isServerFault === true;
      return reading;
    };
    return client.send(judgesErrors ? { ...request, read } : request).then(
      (value) => {
        conclude(circuit, probed, isServerFault);
        return value;
      },
      (error: unknown) => {
        conclude(circuit, probed, judge(error, request, performance.now() - startedAt));
        throw error;
      },
    );
  }

  /** `isFailure` is undefined where it says nothing of the subgraph. */
  function conclude(circuit: Circuit, probed: readonly Circuit[], isFailure: boolean | undefined): void {
    const nowMs = performance.now();
    for (const each of probed) each.endProbe(isFailure, nowMs);
    if (probed.length === 0 && isFailure !== undefined) circuits.add(circuit, isFailure, nowMs);
  }

  /** @returns the circuits that this fetch is a probe of. @throws TributaryError SUBGRAPH_CIRCUIT_OPEN. */
  function admit(circuit: Circuit): readonly Circuit[] {
    const nowMs = performance.now();
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
    if (error instanceof TributaryError && error.code === 'SUBGRAPH_OVERLOADED') return undefined;
    return true;
  }

  return { name: client.name, send, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

// Private:

const NONE: readonly Circuit[] = [];

function refused(subgraph: string, { target, state }: Circuit, forMs: number): TributaryError {
  currentSpan()?.setAttribute('tributary.circuit', state);
  const what = target === '' ? `The subgraph ${subgraph}` : `${target} of the subgraph ${subgraph}`;
  return new TributaryError(
    'SUBGRAPH_CIRCUIT_OPEN',
    `${what} has failed too often and is left alone: ask again in ${Math.ceil(forMs / 1000)} s`,
    { extensions: { subgraph, retryable: true, retryAfterMs: Math.ceil(forMs) } },
  );
}
