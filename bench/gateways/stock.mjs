import { readFile } from 'node:fs/promises';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/**
 * @apollo/gateway behind @apollo/server, as their documentation sets them up, with the client's authorization header sent
 * on to the subgraphs. CLIENT=undici replaces only the HTTP client by a pool of undici's.
 */
class ForwardingDataSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
  }
}

// Loaded only where it is used: an older Node does not run it.
const { UndiciDataSource } = process.env.CLIENT === 'undici' ? await import('./undici-data-source.mjs') : {};
const DataSource = UndiciDataSource ?? ForwardingDataSource;
const gateway = new ApolloGateway({
  supergraphSdl: await readFile(process.env.SUPERGRAPH, 'utf8'),
  buildService: ({ url }) => new DataSource({ url }),
});
const server = new ApolloServer({
  gateway,
  introspection: true,
  includeStacktraceInErrorResponses: false,
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
console.log(JSON.stringify({ url }));
