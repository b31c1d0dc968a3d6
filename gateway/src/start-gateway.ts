import type { IdentitySigner } from '@tributary/identity';
import type { Logger, Registry } from '@tributary/telemetry';
import type { TokenVerifier } from './authorize/index.ts';
import { createResponseCache, type Invalidated, type SharedStore } from './cache/index.ts';
import type { ArmLedger } from './canary/index.ts';
import type { CreateEngine } from './execute/index.ts';
import { createGraphiQLRoute, type GraphiQLOptions } from './graphiql/index.ts';
import {
  createArmObserver,
  createGraphQLRoute,
  createRequestListener,
  createRunOperation,
} from './http/index.ts';
import { LoadGuard } from './shed/index.ts';
import type { Freshness, SupergraphSource, TextSource } from './source/index.ts';
import { idleClock } from './subgraph/index.ts';
import {
  createGenerationBuilder,
  type Generations,
  startSupergraph,
  tellSupergraphs,
} from './supergraph/index.ts';
import type { Usage } from './usage/index.ts';
import { type DrainOptions, startHttpServer } from './wire/index.ts';

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly supergraph: SupergraphSource;
  /** All defaults without one. */
  readonly policy?: TextSource | undefined;
  /** Without one, the Authorization header means nothing to the gateway. */
  readonly tokenVerifier?: TokenVerifier | undefined;
  /** Without one, subgraphs get no identity. */
  readonly identitySigner?: IdentitySigner | undefined;
  readonly createEngine: CreateEngine;
  /** What other gateways keep of subgraphs' answers, too. The caller's to dispose. */
  readonly sharedCache?: SharedStore | undefined;
  readonly introspection: boolean;
  /** Whether faults that the policy asks for are let happen. They are not by default. */
  readonly injectsFaults?: boolean | undefined;
  /** Counts what clients use. The caller's to dispose, after the gateway. */
  readonly usage?: Usage | undefined;
  /** Counts what both arms of a canary do. Whoever reads it empties it. */
  readonly armLedger?: ArmLedger | undefined;
  /** Undefined serves no GraphiQL. */
  readonly graphiql?: GraphiQLOptions | undefined;
  /** At once unless told otherwise, and with ten seconds to end. */
  readonly drain?: DrainOptions | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
}

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly draining: boolean;
  /** Whether requests have been refused for so long that they should go elsewhere. */
  readonly overloaded: boolean;
  readonly generations: Generations;
  /** Whether the supergraph is what its source has now. */
  readonly freshness: Freshness;
  /** Makes the cache forget what has one of these tags. */
  invalidate(tags: readonly string[]): Promise<Invalidated>;
}

const FRESH: Freshness = { state: 'fresh' };

/** Puts the stages together and serves. Disposal drains the server first, then ends the supergraph behind it. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, registry, introspection, createEngine } = options;
  await using starting = new AsyncDisposableStack();

  const cache = createResponseCache({ registry, shared: options.sharedCache });
  const build = createGenerationBuilder({
    cache,
    signer: options.identitySigner,
    createEngine,
    introspection,
    injectsFaults: options.injectsFaults ?? false,
    logger,
    registry,
  });
  const { supergraph, policy } = options;
  const { generations } = starting.use(await startSupergraph({ supergraph, policy, build, logger }));

  tellSupergraphs(generations, registry);

  const runOperation = createRunOperation({ logger, registry, usage: options.usage });
  const graphql = createGraphQLRoute({
    generations,
    tokenVerifier: options.tokenVerifier,
    runOperation,
    runInTurn: createArmObserver({ runOperation, ledger: options.armLedger, registry }),
    logger,
    isOpen: introspection,
  });
  const routes = [graphql, ...(options.graphiql ? [createGraphiQLRoute(options.graphiql)] : [])];
  const guard = starting.use(
    new LoadGuard({ policy: () => generations.current.policy.overload, idleClock, logger, registry }),
  );
  const listener = createRequestListener({
    routes: new Map(routes.map((route) => [route.path, route])),
    guard,
    allowedOrigins: () => generations.current.policy.security.allowedOrigins,
    logger,
    registry,
  });
  const server = starting.use(
    await startHttpServer({
      host: options.host,
      port: options.port,
      settings: generations.current.policy.server,
      listener,
      drain: options.drain ?? { delayMs: 0, timeoutMs: 10_000 },
      logger,
    }),
  );

  const stack = starting.move();
  return {
    url: server.url,
    get draining() {
      return server.draining;
    },
    get overloaded() {
      return guard.isOverloaded;
    },
    generations,
    get freshness() {
      return supergraph.freshness?.() ?? FRESH;
    },
    invalidate: (tags) => cache.invalidate(tags),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
