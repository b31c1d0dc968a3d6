import { Lifetime } from '../subgraph/lifetime.ts';
import type { SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';

/**
 * Bounds the whole fetch, from waiting for its turn and for a connection to the last byte, retries included: a subgraph
 * that drips bytes does not outlive it.
 */
export function withDeadline(client: SubgraphClient, timeoutMs: number): SubgraphClient {
  return {
    name: client.name,
    async send<T>(request: SubgraphRequest<T>): Promise<T> {
      const lifetime = new Lifetime(timeoutMs, request.lifetime);
      try {
        return await client.send({ ...request, lifetime });
      } finally {
        lifetime.complete();
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
