import { createIdentitySigner, createIdentityVerifier } from '@tributary/identity';
import { runService } from '@tributary/service';
import { currentTraceparent } from '@tributary/telemetry';
import { ordersVariables } from './environment.ts';
import { orderStepRoute } from './order-step-route.ts';
import { startOutbox } from './outbox/start-outbox.ts';
import { seedDemoOrders } from './seed.ts';
import { startOrdersServer } from './server.ts';
import { createOrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';

const ORDERS = 'orders';
const now = () => new Date();

await runService<ReturnType<typeof ordersVariables>, Tables>({
  name: ORDERS,
  env: process.env,
  variables: ordersVariables,
  migrations: new URL('../migrations/', import.meta.url),
  schema: new URL('../schema.graphql', import.meta.url),
  seed: ({ db, scaleName, signal, onProgress }) =>
    seedDemoOrders(db, {
      scaleName,
      signal,
      onProgress: (done, total) => onProgress({ step: 'seeding orders', done, total }),
    }),

  async start({ environment: env, db, telemetry, stack, listen }) {
    const outbox = stack.use(
      startOutbox({
        db,
        telemetry,
        signer: createIdentitySigner({ privateJwk: env.ORDERS_PRIVATE_JWK, issuer: ORDERS }),
        url: env.LOYALTY_EVENTS_URL,
        batchSize: env.OUTBOX_BATCH,
        leaseMs: env.OUTBOX_LEASE_MS,
        pollMs: env.OUTBOX_POLL_MS,
        maxAttempts: env.OUTBOX_MAX_ATTEMPTS,
        now,
      }),
    );
    const commands = createOrderCommands({ db, now, traceparent: currentTraceparent, onCommit: outbox.wake });
    const verifier = createIdentityVerifier({
      jwks: env.GATEWAY_JWKS,
      issuers: ['gateway'],
      audience: ORDERS,
    });
    const { url, schema } = stack.use(
      await startOrdersServer({
        db,
        commands,
        verifier,
        telemetry,
        cacheHints: env.CACHE_HINTS,
        ...listen,
      }),
    );
    return { url, schema, adminRoutes: [...outbox.routes, orderStepRoute(commands)] };
  },
});
