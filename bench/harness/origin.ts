import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionArgs, type GraphQLSchema, graphql } from 'graphql';
import type { Federation } from '../federations/federation.ts';

export interface Origin extends AsyncDisposable {
  readonly port: number;
  answer(subgraph: string, body: string): Promise<string>;
}

/** The real subgraphs, `POST /<name>`. The memoising server asks them once for each request body. */
export async function startOrigin(federation: Federation): Promise<Origin> {
  const schemas = new Map<string, GraphQLSchema>();
  for (const [name, { typeDefs, resolvers }] of Object.entries(federation)) {
    // @apollo/subgraph declares resolvers with an index signature that object literals do not have.
    schemas.set(name, buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]));
  }
  const answer = async (subgraph: string, body: string) => {
    const schema = schemas.get(subgraph);
    if (schema === undefined) throw new Error(`There is no subgraph ${subgraph}`);
    const { query, variables, operationName } = JSON.parse(body) as SubgraphRequest;
    const result = await graphql({ schema, source: query, variableValues: variables, operationName });
    const rewrite = federation[subgraph]?.rewriteAnswer;
    return JSON.stringify(rewrite ? rewrite(result) : result);
  };

  const server = createServer(async (request, response) => {
    const body = Buffer.from(await answer(request.url?.slice(1) ?? '', await text(request)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    answer,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

// Private:

interface SubgraphRequest {
  readonly query: string;
  readonly variables?: ExecutionArgs['variableValues'];
  readonly operationName?: ExecutionArgs['operationName'];
}
