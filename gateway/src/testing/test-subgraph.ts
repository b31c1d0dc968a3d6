import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, graphql } from 'graphql';

export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly query: string;
    readonly variables?: Record<string, unknown>;
    readonly operationName?: string;
  };
}

/** Takes a request over from the real subgraph: to be slow, to lie, to hang up. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestSubgraph extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** From now on; undefined is the real subgraph again. */
  behave(behaviour: Behaviour | undefined): void;
  /** Closes the port: connections are refused from now on. */
  stop(): Promise<void>;
}

export interface SubgraphModule {
  readonly typeDefs: DocumentNode;
  readonly resolvers: object;
}

/** A real subgraph over HTTP on a free port that remembers what it was asked. */
export async function startTestSubgraph({ typeDefs, resolvers }: SubgraphModule): Promise<TestSubgraph> {
  // @apollo/subgraph declares resolvers with an index signature that object literals do not have.
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const received: ReceivedRequest[] = [];
  let behaviour: Behaviour | undefined;

  const server = createServer(async (request, response) => {
    if (behaviour) return behaviour(request, response);
    const body = JSON.parse(await text(request)) as ReceivedRequest['body'];
    received.push({ headers: request.headers, body });
    const { query: source, variables: variableValues, operationName } = body;
    const result = await graphql({ schema, source, variableValues, operationName });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    received,
    behave: (next) => {
      behaviour = next;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
