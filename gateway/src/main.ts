import cluster from 'node:cluster';
import { readFile } from 'node:fs/promises';
import { type AdminServerOptions, type Readiness, startAdminServer } from '@tributary/admin';
import { parseEnvironment } from '@tributary/environment';
import { createIdentitySigner } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry, type Telemetry } from '@tributary/telemetry';
import { allocateYoung } from './allocate-young.ts';
import { createInvalidationRoute } from './cache/invalidation-route.ts';
import { environment } from './environment.ts';
import { assertOneSupergraph } from './registry/settings.ts';
import type { Gateway } from './start-gateway.ts';
import { joinSupervisor, superviseWorkers } from './workers/index.ts';

/** What of a stop comes after the last request. */
const TEARDOWN_MS = 2_000;

/** Nothing is served before there is a supergraph, and a process that cannot get one ends. */
const STARTING: Readiness = { isReady: false, checks: { supergraph: 'none yet', server: 'starting' } };

type Observed = Pick<AdminServerOptions, 'readiness' | 'registry'>;

allocateYoung();

await runProcess('gateway', async (stack, control) => {
  const env = parseEnvironment(environment, process.env);
  assertFaultsAreMeant(env);
  assertOneSupergraph(env);
  const telemetry = stack.use(
    startTelemetry({ serviceName: 'gateway', serviceVersion: '0.1.0', env: process.env }),
  );
  const { logger, registry } = telemetry;
  const drainMs = env.DRAIN_DELAY_MS + env.DRAIN_TIMEOUT_MS;
  control.stopTimeoutMs = Math.max(control.stopTimeoutMs, drainMs + TEARDOWN_MS);
  if (cluster.isWorker) {
    const supervisor = joinSupervisor(control.stop);
    const gateway = stack.use(await serve(env, telemetry, stack));
    const { url, invalidate } = gateway;
    supervisor.announce({ url, readiness: () => readinessOf(gateway), registry, invalidate });
    return;
  }

  // The first to open and the last to close: probes see that the process lives while it starts, and that it drains.
  let observed: Observed = { readiness: () => STARTING, registry };
  const admin = stack.use(
    await startAdminServer({
      host: env.HOST,
      port: env.ADMIN_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 5000),
      readiness: () => observed.readiness(),
      registry: { contentType: registry.contentType, metrics: () => observed.registry.metrics() },
    }),
  );
  const offer = ({ invalidate }: Pick<Gateway, 'invalidate'>) => {
    const token = env.CACHE_INVALIDATION_TOKEN;
    if (token !== undefined) admin.addRoutes([createInvalidationRoute(token, invalidate)]);
  };
  if (env.WORKERS > 1) {
    // Each worker has its own end; this process only waits for theirs.
    control.stopTimeoutMs += TEARDOWN_MS;
    const supervisor = stack.use(await superviseWorkers({ count: env.WORKERS, logger }));
    observed = supervisor;
    offer(supervisor);
    logger.info({ url: `${supervisor.url}/graphql`, adminUrl: admin.url, workers: env.WORKERS }, 'ready');
  } else {
    const gateway = stack.use(await serve(env, telemetry, stack));
    observed = { readiness: () => readinessOf(gateway), registry };
    offer(gateway);
    logger.info({ url: `${gateway.url}/graphql`, adminUrl: admin.url }, 'ready');
  }
});

/** One whole gateway in this process. It is the caller's to dispose; what it stands on goes to the stack. */
async function serve(
  env: ReturnType<typeof parseEnvironment<typeof environment>>,
  telemetry: Telemetry,
  stack: AsyncDisposableStack,
): Promise<Gateway> {
  const { logger, registry } = telemetry;
  // A supervisor has no use for GraphQL, so it is loaded only here.
  const { createKeySet, createTokenVerifier } = await import('./authorize/index.ts');
  const { createEngine } = await import('./execute/index.ts');
  const { createFileSource } = await import('./source/index.ts');
  const { createGatewayReporter, createReportSender, createSupergraphSource } = await import(
    './registry/index.ts'
  );
  const { ArmLedger } = await import('./canary/index.ts');
  const { startGateway } = await import('./start-gateway.ts');
  const { createUsage } = await import('./usage/index.ts');

  const isProduction = env.NODE_ENV === 'production';
  const keySet = env.JWKS_URL ? stack.use(createKeySet({ url: env.JWKS_URL, logger })) : undefined;
  const tokenVerifier =
    keySet && createTokenVerifier({ keySet, issuer: env.TOKEN_ISSUER, audience: env.TOKEN_AUDIENCE });
  const identitySigner =
    env.IDENTITY_PRIVATE_JWK &&
    createIdentitySigner({ privateJwk: env.IDENTITY_PRIVATE_JWK, issuer: 'gateway' });
  const defaultQuery = env.GRAPHIQL_QUERY && (await readFile(env.GRAPHIQL_QUERY, 'utf8'));

  const armLedger = env.REGISTRY_URL ? new ArmLedger() : undefined;
  const gateway = await startGateway({
    host: env.HOST,
    port: env.PORT,
    supergraph: stack.use(createSupergraphSource(env, { logger, registry })),
    policy: env.GATEWAY_CONFIG ? createFileSource(env.GATEWAY_CONFIG) : undefined,
    tokenVerifier,
    identitySigner,
    createEngine: createEngine,
    sharedCache: env.CACHE_URL ? stack.use(await openSharedCache(env.CACHE_URL, telemetry)) : undefined,
    usage:
      env.REGISTRY_URL && env.REGISTRY_TOKEN
        ? stack.use(
            createUsage({
              url: env.REGISTRY_URL,
              token: env.REGISTRY_TOKEN,
              environment: env.REGISTRY_ENVIRONMENT,
              intervalMs: env.USAGE_REPORT_MS,
              logger,
              registry,
            }),
          )
        : undefined,
    armLedger,
    introspection: env.INTROSPECTION ?? !isProduction,
    injectsFaults: env.TRIBUTARY_FAULTS !== 'off',
    drain: { delayMs: env.DRAIN_DELAY_MS, timeoutMs: env.DRAIN_TIMEOUT_MS },
    graphiql: isProduction ? undefined : { defaultQuery, headersFile: env.GRAPHIQL_HEADERS_FILE },
    logger,
    registry,
  });
  if (armLedger && env.REGISTRY_URL && env.REGISTRY_TOKEN) {
    const { generations } = gateway;
    const send = createReportSender({
      url: env.REGISTRY_URL,
      token: env.REGISTRY_TOKEN,
      environment: env.REGISTRY_ENVIRONMENT,
    });
    const reporter = stack.use(
      createGatewayReporter({ send, ledger: armLedger, generations, logger, registry }),
    );
    generations.onChange = reporter.changed;
  }
  return gateway;
}

/** Its client is half a megabyte of source, and few have such a cache. */
async function openSharedCache(url: string, { logger, registry }: Telemetry) {
  const { createRedisStore } = await import('./cache/redis-store.ts');
  return createRedisStore({ url, logger, registry });
}

/** An old supergraph is better than none: a gateway that cannot reach its registry is as ready as before. */
function readinessOf({ draining, overloaded, generations, freshness }: Gateway): Readiness {
  const { canary } = generations;
  const server = draining ? 'draining' : overloaded ? 'overloaded' : 'ok';
  return {
    isReady: server === 'ok',
    checks: {
      supergraph: generations.current.digest,
      ...(canary && { canary: `${canary.generation.digest}, ${canary.split.share} %` }),
      ...(freshness.state === 'stale' && { delivery: `stale, ${freshness.ageS} s old` }),
      server,
    },
  };
}

/** @throws Error where the switch has come to production by mistake. */
function assertFaultsAreMeant({
  TRIBUTARY_FAULTS,
  NODE_ENV,
}: ReturnType<typeof parseEnvironment<typeof environment>>): void {
  if (TRIBUTARY_FAULTS !== 'on' || NODE_ENV !== 'production') return;
  throw new Error(
    'TRIBUTARY_FAULTS=on makes fetches fail: if production is to, say TRIBUTARY_FAULTS=in-production',
  );
}
