import type { SubgraphClient, SubgraphRequest } from './subgraph-client.ts';

/**
 * Bounds the whole fetch, from waiting for a connection to the last byte: a subgraph that drips bytes does not
 * outlive it. (AbortSignal.timeout would keep a timer for each fetch until it fires.)
 */
export function withDeadline(client: SubgraphClient, timeoutMs: number): SubgraphClient {
  return {
    name: client.name,
    async send<T>(request: SubgraphRequest<T>): Promise<T> {
      const controller = new AbortController();
      const follow = () => controller.abort(request.signal.reason);
      if (request.signal.aborted) follow();
      request.signal.addEventListener('abort', follow, { once: true });
      const timer = setTimeout(() => {
        controller.abort(new DOMException('The fetch has used up its time', 'TimeoutError'));
      }, timeoutMs);
      try {
        return await client.send({ ...request, signal: controller.signal });
      } finally {
        clearTimeout(timer);
        request.signal.removeEventListener('abort', follow);
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
