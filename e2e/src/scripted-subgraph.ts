import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSchema, graphql } from 'graphql';

export interface ScriptedSubgraph extends AsyncDisposable {
  /** With the path. */
  readonly url: string;
  /** Waits so long before each answer. */
  delayMs: number;
}

interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** A subgraph without entities, whose root values a test gives. */
export async function startScriptedSubgraph(sdl: string, rootValue: object): Promise<ScriptedSubgraph> {
  const schema = buildSchema(sdl);
  const server = createServer((request, response) => {
    void (async () => {
      const { query, variables = {} } = (await json(request)) as GraphQLRequest;
      if (subgraph.delayMs > 0) await delay(subgraph.delayMs);
      const result = await graphql({ schema, source: query, variableValues: variables, rootValue });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    })().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const subgraph: ScriptedSubgraph = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return subgraph;
}
