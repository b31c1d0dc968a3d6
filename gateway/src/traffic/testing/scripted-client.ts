import { readUnlessRefused } from '../../subgraph/refusal.ts';
import type { RawResponse, SubgraphClient, SubgraphRequest } from '../../subgraph/subgraph-client.ts';

/** What a subgraph does with a fetch: an answer, or an error that it fails with, at once or later. */
export type Deed = RawResponse | Error | Promise<RawResponse>;

export interface ScriptedClient extends SubgraphClient {
  /** All that was sent, in order. */
  readonly sent: readonly SubgraphRequest<unknown>[];
}

/** A client in the transport's place: `act` says what happens to each fetch, and each ends with its lifetime. */
export function createScriptedClient(
  act: (request: SubgraphRequest<unknown>, ordinal: number) => Deed,
): ScriptedClient {
  const sent: SubgraphRequest<unknown>[] = [];
  return {
    name: 'loyalty',
    sent,
    async send<T>(request: SubgraphRequest<T>): Promise<T> {
      request.lifetime.throwIfEnded();
      sent.push(request);
      const deed = act(request, sent.length);
      if (deed instanceof Error) throw deed;
      return readUnlessRefused('loyalty', request, await unlessEnded(deed, request));
    },
    async [Symbol.asyncDispose]() {},
  };
}

function unlessEnded(
  deed: RawResponse | Promise<RawResponse>,
  { lifetime }: SubgraphRequest<unknown>,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    lifetime.add({ lifetimeEnded: reject });
    Promise.resolve(deed).then(resolve, reject);
  });
}
