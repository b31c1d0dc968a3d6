import { TributaryGateway as ApolloGateway } from '@tributary/gateway/apollo-server';

// The line above is the one that changes.

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { AuthenticatedDataSource, composeSubgraphs, type Subgraph } from './subgraphs.ts';

export interface ServerOptions {
  readonly subgraphs: readonly Subgraph[];
  readonly port: number;
  readonly plugins?: ApolloServerPlugin<Context>[];
  readonly pollIntervalInMs?: number;
}

export interface Context {
  readonly authorization?: string | undefined;
}

/** Apollo Server in front of the subgraphs, as Apollo's documentation sets it up. */
export async function startServer({
  subgraphs,
  port,
  plugins = [],
  pollIntervalInMs = 10_000,
}: ServerOptions) {
  const gateway = new ApolloGateway({
    supergraphSdl: composeSubgraphs(subgraphs, pollIntervalInMs),
    buildService: ({ url = '' }) => new AuthenticatedDataSource({ url }),
  });
  const server = new ApolloServer<Context>({ gateway, plugins });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return { url, stop: () => server.stop() };
}
