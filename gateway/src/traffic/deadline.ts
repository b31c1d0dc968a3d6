import { toSubgraphFailure } from '../subgraph/failure.ts';
import type { Sender } from '../subgraph/sender.ts';
import type { SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { SharedFetch } from './shared-fetch.ts';

/**
 * The outermost policy, where nothing is shared. Bounds the whole fetch, from waiting for its turn and for a connection to the last byte,
 * retries included: a subgraph that drips bytes does not outlive it.
 */
export function withDeadline(sender: Sender, timeoutMs: number): SubgraphClient {
  const { name } = sender;
  const options = { mark: 0, owner: NOBODY, timeoutMs };
  return {
    name,
    send<T>(request: SubgraphRequest<T>): Promise<T> {
      const { lifetime } = request;
      if (lifetime.hasEnded) return Promise.reject(toSubgraphFailure(name, lifetime.reason));
      return new SharedFetch(sender, request, options).start() as Promise<T>;
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

const NOBODY = { ended: () => {} };
