import {
  databaseUrl,
  host,
  httpUrl,
  jwks,
  logLevel,
  nodeEnvironment,
  port,
  positiveInteger,
  privateJwk,
} from '@tributary/environment';
import { z } from 'zod';

/** The variables of this service; main.ts parses them. Demo data is nothing for `production`. */
export function ordersEnvironment(production: boolean) {
  return {
    PORT: port(4002),
    HOST: host(),
    /** Health, metrics and dead letters; 5000 above PORT when not given. */
    ADMIN_PORT: port().optional(),
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: logLevel(),
    DATABASE_URL: databaseUrl(),
    /** Where the embedded database lives when there is no DATABASE_URL. */
    DATABASE_DIRECTORY: z.string().default('.tributary/orders'),
    /** The gateway's public identity keys: only requests that it signed are answered. */
    GATEWAY_JWKS: jwks(),
    /** Signs what this service sends to loyalty. */
    ORDERS_PRIVATE_JWK: privateJwk(),
    /** Where loyalty takes events. */
    LOYALTY_EVENTS_URL: httpUrl('http://127.0.0.1:4003/events'),
    /** How long events stay with a worker that died; a delivery may take half of it. */
    OUTBOX_LEASE_MS: positiveInteger(30_000),
    OUTBOX_POLL_MS: positiveInteger(1_000),
    /** Most events in one request. */
    OUTBOX_BATCH: positiveInteger(100),
    /** Deliveries before an event is a dead letter. With the back-off's five minutes at most, 600 take about a day. */
    OUTBOX_MAX_ATTEMPTS: positiveInteger(600),
    SEED_DEMO_DATA: production ? neverInProduction() : seedScale().optional(),
  };
}

function seedScale() {
  return z.enum(['demo', 'large'], { message: 'is neither demo nor large' });
}

function neverInProduction() {
  return z.undefined({ message: 'is refused while NODE_ENV is production' });
}
