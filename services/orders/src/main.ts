import process from 'node:process';
import { startAdminServer } from '@tributary/admin';
import { openDatabase } from '@tributary/database';
import { parseEnvironment } from '@tributary/environment';
import { createIdentitySigner, createIdentityVerifier } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { currentTraceparent, startTelemetry } from '@tributary/telemetry';
import { ordersEnvironment } from './environment.ts';
import { orderStepRoute } from './order-step-route.ts';
import { startOutbox } from './outbox/start-outbox.ts';
import { seedDemoOrders } from './seed.ts';
import { startOrdersServer } from './server.ts';
import { createOrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';

const ORDERS = 'orders';
const now = () => new Date();

await runProcess(ORDERS, async (stack) => {
  const production = process.env.NODE_ENV === 'production';
  const env = parseEnvironment(ordersEnvironment(production), process.env);
  const { HOST: host, PORT: port, SEED_DEMO_DATA: scaleName } = env;
  const signer = createIdentitySigner({ privateJwk: env.ORDERS_PRIVATE_JWK, issuer: ORDERS });
  const verifier = createIdentityVerifier({ jwks: env.GATEWAY_JWKS, issuers: ['gateway'], audience: ORDERS });
  const telemetry = stack.use(
    startTelemetry({ serviceName: ORDERS, serviceVersion: '0.1.0', env: process.env }),
  );
  const { logger, registry } = telemetry;

  const database = stack.use(
    await openDatabase<Tables>({
      name: ORDERS,
      url: env.DATABASE_URL,
      directory: env.DATABASE_DIRECTORY,
      migrations: new URL('../migrations/', import.meta.url),
      onProgress: (progress) => logger.info(progress, 'progress'),
      logger,
      registry,
    }),
  );
  const { db } = database;
  if (scaleName !== undefined) {
    const stopped = new AbortController();
    stack.defer(() => stopped.abort());
    const onProgress = (done: number, total: number) =>
      logger.info({ step: 'seeding orders', done, total }, 'progress');
    await seedDemoOrders(db, { scaleName, signal: stopped.signal, onProgress });
  }

  const outbox = stack.use(
    startOutbox({
      db,
      telemetry,
      signer,
      url: env.LOYALTY_EVENTS_URL,
      batchSize: env.OUTBOX_BATCH,
      leaseMs: env.OUTBOX_LEASE_MS,
      pollMs: env.OUTBOX_POLL_MS,
      maxAttempts: env.OUTBOX_MAX_ATTEMPTS,
      now,
    }),
  );
  const commands = createOrderCommands({ db, now, traceparent: currentTraceparent, onCommit: outbox.wake });
  const server = stack.use(
    await startOrdersServer({ db, commands, verifier, telemetry, host, port, production }),
  );
  const admin = stack.use(
    await startAdminServer({
      host,
      port: env.ADMIN_PORT ?? (port === 0 ? 0 : port + 5_000),
      registry,
      logger,
      readiness: async () => {
        const isReady = await database.ping().then(
          () => true,
          () => false,
        );
        return { isReady, checks: { database: isReady ? 'ok' : 'away' } };
      },
      routes: [...outbox.routes, orderStepRoute(commands)],
    }),
  );
  logger.info({ url: server.url, adminUrl: admin.url }, 'ready');
});
