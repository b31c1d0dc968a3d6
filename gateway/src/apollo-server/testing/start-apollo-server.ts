import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { GraphQLFormattedError } from 'graphql';

/** What a request brings to plugins and data sources. */
export interface Context {
  authorization?: string | undefined;
  /** For hooks to leave something in. */
  notes: string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: unknown;
}

export interface RunningApolloServer extends AsyncDisposable {
  ask(query: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

type Options = Omit<ApolloServerOptionsWithGateway<Context>, 'schema' | 'typeDefs'>;

/** Apollo Server on a free port, with a gateway of either kind behind it. Rejects where the gateway does not load. */
export async function startApolloServer(options: Options): Promise<RunningApolloServer> {
  const server = new ApolloServer<Context>({
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    includeStacktraceInErrorResponses: false,
    ...options,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization, notes: [] }),
  });
  return {
    async ask(query, headers = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      });
      const body = (await response.json()) as Omit<Answer, 'status' | 'headers'>;
      return { status: response.status, headers: response.headers, ...body };
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
