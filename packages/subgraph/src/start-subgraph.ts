import type { ApolloServer } from '@apollo/server';
import type { IdentityVerifier } from '@tributary/identity';
import type { Telemetry } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { type DocumentNode, print } from 'graphql';
import { createApolloServer } from './apollo.ts';
import type { SubgraphDefinition } from './definition.ts';
import { createErrorFormatter } from './error-formatter.ts';
import { createHttpServer } from './http-server.ts';
import { createSubgraphMetrics } from './metrics.ts';
import { buildSchema } from './schema.ts';
import { schemaDigest } from './schema-digest.ts';
import { DEFAULT_TIME_BUDGET, type TimeBudget } from './time-budget.ts';

export interface SubgraphOptions<Context extends object> extends SubgraphDefinition<Context> {
  readonly verifier: IdentityVerifier;
  readonly telemetry: Pick<Telemetry, 'logger' | 'registry'>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Turns introspection off. The schema's SDL stays available to the gateway as `_service`. */
  readonly production: boolean;
  /** Whether answers say in `cache-control` what @cacheControl in the schema allows: costs a wrapper around each resolver. */
  readonly cacheHints?: boolean;
  /** How long a request may take; 10 s unless it says how long its caller waits, and 60 s whatever it says. */
  readonly budget?: TimeBudget;
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
  /** How long stopping waits for requests in flight before it cuts their connections. */
  readonly drainTimeoutMs?: number;
}

export interface Subgraph extends AsyncDisposable {
  /** Without a path: GraphQL is at `${url}/graphql`. */
  readonly url: string;
  readonly schema: ServedSchema;
}

export interface ServedSchema {
  /** What the gateway gets to read as `_service`, as text. */
  readonly sdl: string;
  /** Of the SDL: what a registry's release waits for. */
  readonly digest: string;
  /**
   * Serves another schema with the same resolvers from now on. Rejects, and changes nothing, when that one is wrong. For
   * development: what it takes the place of is freed when the subgraph ends.
   */
  replace(sdl: string): Promise<void>;
}

/**
 * Serves a subgraph to its gateway, and to nobody else: a request without a valid identity assertion is answered
 * `NOT_FROM_GATEWAY` before its body is read. Resolves when it accepts requests; rejects, with nothing left open,
 * when the schema is wrong or the port is taken. Disposing refuses new requests and answers those in flight.
 *
 * A request ends with the time that its header `x-request-timeout-ms` grants, or when its caller goes: its context has
 * the signal, its SQL is cancelled, and what there is by then is the answer, with SERVICE_TIMEOUT for the rest.
 */
export async function startSubgraph<Context extends object>(
  options: SubgraphOptions<Context>,
): Promise<Subgraph> {
  const { telemetry, drainTimeoutMs = 5_000 } = options;
  const metrics = createSubgraphMetrics(telemetry.registry);
  const formatError = createErrorFormatter({ logger: telemetry.logger, metrics });
  let draining = false;

  await using starting = new AsyncDisposableStack();
  const startApollo = async (typeDefs: DocumentNode | string) => {
    const next = createApolloServer<Context>({
      schema: buildSchema(typeDefs, options.resolvers),
      formatError,
      metrics,
      logger: telemetry.logger,
      introspection: !options.production,
      ...(options.cacheHints && { cacheHints: true }),
    });
    await next.start();
    return next;
  };
  const servers = [await startApollo(options.typeDefs)];
  let sdl = typeof options.typeDefs === 'string' ? options.typeDefs : print(options.typeDefs);
  starting.defer(async () => void (await Promise.all(servers.map((server) => server.stop()))));

  const app = createHttpServer({
    // There is one at least.
    apollo: () => servers.at(-1) as ApolloServer<Context>,
    formatError,
    metrics,
    createContext: options.createContext,
    verifier: options.verifier,
    budget: options.budget ?? DEFAULT_TIME_BUDGET,
    routes: options.routes,
    isDraining: () => draining,
  });
  starting.defer(async () => {
    draining = true;
    const cut = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
    await app.close();
    clearTimeout(cut);
  });
  const url = await app.listen({ host: options.host, port: options.port });

  const resources = starting.move();
  return {
    url,
    schema: {
      get sdl() {
        return sdl;
      },
      get digest() {
        return schemaDigest(sdl);
      },
      async replace(text) {
        servers.push(await startApollo(text));
        sdl = text;
      },
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
