import { startAdminServer } from '@tributary/admin';
import { openDatabase } from '@tributary/database';
import { DEMO_SCALE, LARGE_SCALE } from '@tributary/demo-data';
import { parseEnvironment } from '@tributary/environment';
import { createIdentityVerifier } from '@tributary/identity';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry } from '@tributary/telemetry';
import { toJwksMaxAgeS, toKeyPolicy, toRefreshMs } from './domain/key-schedule.ts';
import { usersEnvironment } from './environment.ts';
import { createPasswordHasher } from './passwords/password-hasher.ts';
import { seedDemoUsers } from './seed.ts';
import { startUsersServer } from './server.ts';
import type { UsersSchema } from './store/schema.ts';
import { openKeyRing } from './tokens/key-ring.ts';
import { scheduleRotation } from './tokens/rotation-schedule.ts';
import { createSeal } from './tokens/seal.ts';
import { createTokenIssuer } from './tokens/token-issuer.ts';

const now = () => new Date();

await runProcess('users', async (stack) => {
  const production = process.env.NODE_ENV === 'production';
  const env = parseEnvironment(usersEnvironment(production), process.env);
  const telemetry = stack.use(
    startTelemetry({ serviceName: 'users', serviceVersion: '0.1.0', env: process.env }),
  );
  const { logger, registry } = telemetry;

  const database = stack.use(
    await openDatabase<UsersSchema>({
      name: 'users',
      url: env.DATABASE_URL,
      directory: env.DATABASE_DIRECTORY,
      migrations: new URL('../migrations/', import.meta.url),
      onProgress: (progress) => logger.info(progress, 'progress'),
      logger,
      registry,
    }),
  );
  const { db } = database;
  const passwords = createPasswordHasher();
  if (env.SEED_DEMO_DATA !== undefined) {
    const scale = env.SEED_DEMO_DATA === 'large' ? LARGE_SCALE : DEMO_SCALE;
    const onProgress = (done: number, total: number) =>
      logger.info({ step: 'seeding users', done, total }, 'progress');
    await seedDemoUsers({ db, scale, passwords, onProgress });
  }

  const policy = toKeyPolicy(env.KEY_ROTATION_S, env.TOKEN_TTL_S);
  const keys = await openKeyRing({ db, seal: createSeal(env.SIGNING_KEY_SECRET), policy, now });
  stack.use(
    scheduleRotation(keys, {
      everyMs: toRefreshMs(policy),
      onFailure: (error) => logger.warn({ err: error }, 'signing keys could not be refreshed'),
    }),
  );
  const tokens = createTokenIssuer({
    keys,
    issuer: env.TOKEN_ISSUER,
    audience: env.TOKEN_AUDIENCE,
    lifetimeS: env.TOKEN_TTL_S,
    now,
  });

  const server = stack.use(
    await startUsersServer({
      db,
      passwords,
      tokens,
      keys,
      jwksMaxAgeS: toJwksMaxAgeS(policy),
      verifier: createIdentityVerifier({ jwks: env.GATEWAY_JWKS, issuers: ['gateway'], audience: 'users' }),
      telemetry,
      host: env.HOST,
      port: env.PORT,
      production,
    }),
  );
  stack.use(
    await startAdminServer({
      host: env.HOST,
      port: env.ADMIN_PORT ?? env.PORT + 5_000,
      registry,
      logger,
      readiness: async () => {
        const isReady = await database.ping().then(
          () => true,
          () => false,
        );
        return { isReady, checks: { database: isReady ? 'ok' : 'away' } };
      },
    }),
  );
  logger.info({ url: server.url }, 'ready');
});
