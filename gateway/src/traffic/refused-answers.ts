import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';

/**
 * Reads a refusal (429, 502, 503, 504) that no policy has turned into a better answer: servers put GraphQL answers under
 * such statuses too (GraphQL over HTTP 6.4), and then their errors say more than the status does.
 */
export function withRefusedAnswers(client: SubgraphClient): SubgraphClient {
  return {
    name: client.name,
    send<T>(request: SubgraphRequest<T>): Promise<T> {
      return client.send(request).catch((error: unknown) => {
        if (!(error instanceof SubgraphRefusal) || request.lifetime.hasEnded) throw error;
        return readRefusal(request, error);
      });
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function readRefusal<T>(request: SubgraphRequest<T>, refusal: SubgraphRefusal): T {
  try {
    return request.read(refusal.response).value;
  } catch {
    throw refusal;
  }
}
