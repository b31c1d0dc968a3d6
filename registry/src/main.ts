import { createReadiness, startAdminServer } from '@tributary/admin';
import { openDatabase } from '@tributary/database';
import { parseEnvironment } from '@tributary/environment';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry } from '@tributary/telemetry';
import { registryVariables } from './environment.ts';
import { importAdminToken } from './operations/tokens.ts';
import { startRegistryServer } from './server.ts';
import { loadSigningKey } from './signing-key.ts';
import { addEnvironments } from './store/environments.ts';
import type { Tables } from './store/tables.ts';

const NAME = 'registry';

await runProcess(NAME, async (stack) => {
  const env = parseEnvironment(registryVariables(), process.env);
  const { HOST: host, PORT: port } = env;
  const telemetry = stack.use(
    startTelemetry({ serviceName: NAME, serviceVersion: '0.1.0', env: process.env }),
  );
  const { logger, registry } = telemetry;
  const readiness = createReadiness();
  const adminPort = env.ADMIN_PORT ?? (port === 0 ? 0 : port + 5_000);
  const admin = stack.use(
    await startAdminServer({ host, port: adminPort, registry, readiness: readiness.check, logger }),
  );
  const database = stack.use(
    await openDatabase<Tables>({
      name: NAME,
      url: env.DATABASE_URL,
      directory: env.DATABASE_DIRECTORY,
      migrations: new URL('../migrations/', import.meta.url),
      onProgress: (progress) => logger.info(progress, 'progress'),
      logger,
      registry,
    }),
  );
  const { db } = database;
  await addEnvironments(db, env.ENVIRONMENTS, new Date());
  if ((await importAdminToken(db, env.REGISTRY_ADMIN_TOKEN, new Date())) === 'imported') {
    logger.info('the first admin token is that of REGISTRY_ADMIN_TOKEN');
  }
  const { url } = stack.use(
    await startRegistryServer({
      db,
      telemetry,
      host,
      port,
      workers: {
        threads: env.SCHEMA_THREADS,
        timeoutMs: env.SCHEMA_TIMEOUT_MS,
        maxHeapMb: env.SCHEMA_MAX_HEAP_MB,
      },
      releases: {
        attestation: env.ATTESTATION,
        replicaLeaseSeconds: env.ATTESTATION_LEASE_SECONDS,
        canaryEnvironments: env.CANARY_ENVIRONMENTS,
        canarySteps: env.CANARY_STEPS,
      },
      signingKey: await loadSigningKey(env),
      canaries: {
        decides: env.CANARY_DECISIONS === 'automatic',
        leastSeconds: env.CANARY_STEP_SECONDS,
        holdSeconds: env.CANARY_HOLD_SECONDS,
        whenUndecided: env.CANARY_UNDECIDED,
      },
      pageAccess: env.PAGE_ACCESS,
      bodyLimitBytes: env.MAX_BODY_BYTES,
      pollMs: env.RELEASE_POLL_MS,
      usageWindowDays: env.USAGE_WINDOW_DAYS,
    }),
  );
  stack.use(readiness.begin(database));
  logger.info({ url, adminUrl: admin.url }, 'ready');
});
