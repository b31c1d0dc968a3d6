import { toSubgraphFailure } from './failure.ts';
import { readUnlessRefused } from './refusal.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { SubgraphClient } from './subgraph-client.ts';
import type { Transport } from './transport.ts';

export interface HttpClientOptions {
  readonly name: string;
  readonly transport: Transport;
  readonly headers: RequestHeaders;
}

/** GraphQL over HTTP. How long it may take is the caller's business: see withDeadline. */
export function createHttpClient({ name, transport, headers }: HttpClientOptions): SubgraphClient {
  return {
    name,
    async send(request) {
      const { body, caller, operationKind, lifetime } = request;
      try {
        const head = headers.of(name, caller, lifetime);
        const response = await transport.send({
          headers: head instanceof Promise ? await head : head,
          body,
          isRepeatable: operationKind === 'query',
          lifetime,
        });
        return readUnlessRefused(name, request, response);
      } catch (error) {
        throw toSubgraphFailure(name, error);
      }
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
