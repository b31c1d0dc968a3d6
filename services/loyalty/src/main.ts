import { startAdminServer } from '@tributary/admin';
import { openDatabase } from '@tributary/database';
import { DEMO_SCALE, LARGE_SCALE } from '@tributary/demo-data';
import { parseEnvironment } from '@tributary/environment';
import { createIdentityVerifier } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry } from '@tributary/telemetry';
import { loyaltyEnvironment } from './environment.ts';
import { createReadiness } from './readiness.ts';
import { seedDemoLedger } from './seed.ts';
import { LOYALTY, startLoyaltyServer } from './server.ts';
import type { LoyaltyTables } from './store/tables.ts';

const SERVICE_VERSION = '0.1.0';
const SCALES = { demo: DEMO_SCALE, large: LARGE_SCALE };

await runProcess(LOYALTY, async (stack) => {
  const production = process.env.NODE_ENV === 'production';
  const environment = parseEnvironment(loyaltyEnvironment(production), process.env);
  const { HOST: host, PORT: port, SEED_DEMO_DATA: seed } = environment;

  const telemetry = stack.use(
    startTelemetry({ serviceName: LOYALTY, serviceVersion: SERVICE_VERSION, env: process.env }),
  );
  const { logger, registry } = telemetry;
  const readiness = createReadiness();
  stack.use(
    await startAdminServer({
      host,
      port: environment.ADMIN_PORT ?? (port === 0 ? 0 : port + 5_000),
      registry,
      readiness: readiness.check,
      logger,
    }),
  );

  const database = stack.use(
    await openDatabase<LoyaltyTables>({
      name: LOYALTY,
      url: environment.DATABASE_URL,
      directory: environment.DATABASE_DIRECTORY,
      migrations: new URL('../migrations/', import.meta.url),
      onProgress: (progress) => logger.info(progress, 'progress'),
      logger,
      registry,
    }),
  );
  if (seed !== undefined) {
    const stopped = new AbortController();
    // The database waits for the seed's transaction before it closes.
    stack.defer(() => stopped.abort());
    await seedDemoLedger({
      db: database.db,
      name: seed,
      scale: SCALES[seed],
      signal: stopped.signal,
      onProgress: (done, total) =>
        logger.info({ step: 'seeding the points ledger', done, total }, 'progress'),
    });
  }

  const server = stack.use(
    await startLoyaltyServer({
      db: database.db,
      gatewayVerifier: createIdentityVerifier({
        jwks: environment.GATEWAY_JWKS,
        issuers: ['gateway'],
        audience: LOYALTY,
      }),
      ordersVerifier: createIdentityVerifier({
        jwks: environment.ORDERS_JWKS,
        issuers: ['orders'],
        audience: LOYALTY,
      }),
      telemetry,
      host,
      port,
      production,
    }),
  );
  stack.use(readiness.begin(database));
  logger.info({ url: server.url }, 'ready');
});
