import { createIdentityVerifier } from '@tributary/identity';
import { runService } from '@tributary/service';
import { toJwksMaxAgeS, toKeyPolicy, toRefreshMs } from './domain/key-schedule.ts';
import { usersVariables } from './environment.ts';
import { createPasswordHasher } from './passwords/password-hasher.ts';
import { seedDemoUsers } from './seed.ts';
import { startUsersServer } from './server.ts';
import type { UsersSchema } from './store/schema.ts';
import { openKeyRing } from './tokens/key-ring.ts';
import { scheduleRotation } from './tokens/rotation-schedule.ts';
import { createSeal } from './tokens/seal.ts';
import { createTokenIssuer } from './tokens/token-issuer.ts';

const now = () => new Date();
const passwords = createPasswordHasher();

await runService<ReturnType<typeof usersVariables>, UsersSchema>({
  name: 'users',
  env: process.env,
  variables: usersVariables,
  migrations: new URL('../migrations/', import.meta.url),
  schema: new URL('../schema.graphql', import.meta.url),
  seed: ({ db, scale, onProgress }) =>
    seedDemoUsers({
      db,
      scale,
      passwords,
      onProgress: (done, total) => onProgress({ step: 'seeding users', done, total }),
    }),

  async start({ environment: env, db, telemetry, stack, listen }) {
    const policy = toKeyPolicy(env.KEY_ROTATION_S, env.TOKEN_TTL_S);
    const keys = await openKeyRing({ db, seal: createSeal(env.SIGNING_KEY_SECRET), policy, now });
    stack.use(
      scheduleRotation(keys, {
        everyMs: toRefreshMs(policy),
        onFailure: (error) => telemetry.logger.warn({ err: error }, 'signing keys could not be refreshed'),
      }),
    );
    const tokens = createTokenIssuer({
      keys,
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      lifetimeS: env.TOKEN_TTL_S,
      now,
    });
    const verifier = createIdentityVerifier({
      jwks: env.GATEWAY_JWKS,
      issuers: ['gateway'],
      audience: 'users',
    });
    const jwksMaxAgeS = toJwksMaxAgeS(policy);
    const maxSignInAttempts = env.SIGN_IN_ATTEMPTS;
    return stack.use(
      await startUsersServer({
        db,
        passwords,
        tokens,
        maxSignInAttempts,
        keys,
        jwksMaxAgeS,
        verifier,
        telemetry,
        ...listen,
      }),
    );
  },
});
