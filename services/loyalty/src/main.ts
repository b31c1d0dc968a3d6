import { createIdentityVerifier } from '@tributary/identity';
import { runService } from '@tributary/service';
import { loyaltyVariables } from './environment.ts';
import { seedDemoLedger } from './seed.ts';
import { LOYALTY, startLoyaltyServer } from './server.ts';
import type { LoyaltyTables } from './store/tables.ts';

await runService<ReturnType<typeof loyaltyVariables>, LoyaltyTables>({
  name: LOYALTY,
  env: process.env,
  variables: loyaltyVariables,
  migrations: new URL('../migrations/', import.meta.url),
  schema: new URL('../schema.graphql', import.meta.url),
  seed: ({ db, scaleName, scale, signal, onProgress }) =>
    seedDemoLedger({
      db,
      name: scaleName,
      scale,
      signal,
      onProgress: (done, total) => onProgress({ step: 'seeding the points ledger', done, total }),
    }),

  async start({ environment: env, db, telemetry, stack, listen }) {
    const trust = (issuer: string, jwks: typeof env.GATEWAY_JWKS) =>
      createIdentityVerifier({ jwks, issuers: [issuer], audience: LOYALTY });
    return stack.use(
      await startLoyaltyServer({
        db,
        gatewayVerifier: trust('gateway', env.GATEWAY_JWKS),
        ordersVerifier: trust('orders', env.ORDERS_JWKS),
        telemetry,
        ...listen,
      }),
    );
  },
});
