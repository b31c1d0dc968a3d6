import { readFile } from 'node:fs/promises';
import { startAdminServer } from '@tributary/admin';
import { parseEnvironment } from '@tributary/environment';
import { createIdentitySigner } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry } from '@tributary/telemetry';
import { createKeySet, createTokenVerifier } from './authorize/index.ts';
import { environment } from './environment.ts';
import { createApolloEngine } from './execute/index.ts';
import { createFileSource, createTextSource } from './source/index.ts';
import { startGateway } from './start-gateway.ts';

await runProcess('gateway', async (stack) => {
  const env = parseEnvironment(environment, process.env);
  const isProduction = env.NODE_ENV === 'production';
  const { logger, registry } = stack.use(
    startTelemetry({ serviceName: 'gateway', serviceVersion: '0.1.0', env: process.env }),
  );

  const keySet = env.JWKS_URL ? stack.use(createKeySet({ url: env.JWKS_URL, logger })) : undefined;
  const tokenVerifier =
    keySet && createTokenVerifier({ keySet, issuer: env.TOKEN_ISSUER, audience: env.TOKEN_AUDIENCE });
  const identitySigner =
    env.IDENTITY_PRIVATE_JWK &&
    createIdentitySigner({ privateJwk: env.IDENTITY_PRIVATE_JWK, issuer: 'gateway' });
  const defaultQuery = env.GRAPHIQL_QUERY && (await readFile(env.GRAPHIQL_QUERY, 'utf8'));

  const gateway = await startGateway({
    host: env.HOST,
    port: env.PORT,
    supergraph: createTextSource(env.SUPERGRAPH),
    policy: env.GATEWAY_CONFIG ? createFileSource(env.GATEWAY_CONFIG) : undefined,
    tokenVerifier,
    identitySigner,
    createEngine: createApolloEngine,
    introspection: env.INTROSPECTION ?? !isProduction,
    graphiql: isProduction ? undefined : { defaultQuery, headersFile: env.GRAPHIQL_HEADERS_FILE },
    logger,
    registry,
  });
  // The admin port ends after the gateway has drained, so that probes see it drain.
  const admin = stack.use(
    await startAdminServer({
      host: env.HOST,
      port: env.ADMIN_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 5000),
      registry,
      readiness: () => ({
        isReady: !gateway.draining,
        checks: {
          supergraph: gateway.generations.current.digest,
          server: gateway.draining ? 'draining' : 'ok',
        },
      }),
    }),
  );
  stack.use(gateway);
  logger.info({ url: `${gateway.url}/graphql`, adminUrl: admin.url }, 'ready');
});
