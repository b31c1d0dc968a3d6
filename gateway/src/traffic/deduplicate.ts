import { type Counter, currentSpan } from '@tributary/telemetry';
import type { Caller, SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { SharedFetch } from './shared-fetch.ts';

/**
 * Sends equal queries that are on their way at once only once: the same body, for the same identity, with the same forwarded
 * headers. Whatever else an answer may depend on is not told to subgraphs. Never a mutation.
 *
 * The outermost policy but the deadline: whoever only waits for another's answer takes no turn and no retry, and is no failure
 * of its own.
 */
export function withDeduplication(client: SubgraphClient, deduplicated: Counter<'subgraph'>): SubgraphClient {
  // By body; the latest of those that differ in their caller. A caller that another displaces is merely not joined.
  const inFlight = new Map<string, SharedFetch>();

  /** What was asked before it may not know of it: whoever asks after its end must not join. */
  async function sendMutation<T>(request: SubgraphRequest<T>): Promise<T> {
    try {
      return await client.send(request);
    } finally {
      inFlight.clear();
    }
  }

  function send<T>(request: SubgraphRequest<T>): Promise<T> {
    if (request.operationKind !== 'query') return sendMutation(request);
    const known = inFlight.get(request.body);
    if (known?.isOpenTo(request.lifetime) && mayShare(known.caller, request.caller)) {
      deduplicated.inc({ subgraph: client.name });
      currentSpan()?.setAttribute('tributary.deduplicated', true);
      return known.join(request);
    }
    const shared = new SharedFetch(client.name, request, (ended) => {
      if (inFlight.get(request.body) === ended) inFlight.delete(request.body);
    });
    inFlight.set(request.body, shared);
    return shared.start(client, request);
  }

  return { name: client.name, send, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

// Private:

/** Everything that is known of who asks, whatever more that may come to be. */
function mayShare(one: Caller, other: Caller): boolean {
  return (
    one === other ||
    (isEqual(one.identity, other.identity) && isEqual(one.forwardedHeaders, other.forwardedHeaders))
  );
}

/** Too strict where keys come in another order, which only costs a fetch. */
function isEqual(one: object, other: object): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
