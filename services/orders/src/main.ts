import process from 'node:process';
import { parseEnvironment } from '@tributary/environment';
import { createIdentitySigner, createIdentityVerifier } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry } from '@tributary/telemetry';
import packageJson from '../package.json' with { type: 'json' };
import { ordersEnvironment } from './environment.ts';
import { startOrdersServer } from './server.ts';

await runProcess('orders', async (stack) => {
  const production = process.env.NODE_ENV === 'production';
  const env = parseEnvironment(ordersEnvironment(production), process.env);
  const telemetry = stack.use(
    startTelemetry({ serviceName: 'orders', serviceVersion: packageJson.version, env: process.env }),
  );
  const server = stack.use(
    await startOrdersServer({
      telemetry,
      verifier: createIdentityVerifier({ jwks: env.GATEWAY_JWKS, issuers: ['gateway'], audience: 'orders' }),
      signer: createIdentitySigner({ privateJwk: env.ORDERS_PRIVATE_JWK, issuer: 'orders' }),
      host: env.HOST,
      port: env.PORT,
      adminPort: env.ADMIN_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 5000),
      production,
      database: { url: env.DATABASE_URL, directory: env.DATABASE_DIRECTORY, seed: env.SEED_DEMO_DATA },
      outbox: {
        url: env.LOYALTY_EVENTS_URL,
        leaseMs: env.OUTBOX_LEASE_MS,
        pollMs: env.OUTBOX_POLL_MS,
        batchSize: env.OUTBOX_BATCH,
        maxAttempts: env.OUTBOX_MAX_ATTEMPTS,
      },
    }),
  );
  telemetry.logger.info({ url: server.url, adminUrl: server.adminUrl }, 'ready');
});
