import { databaseUrl, host, jwks, logLevel, nodeEnvironment, port } from '@tributary/environment';
import { z } from 'zod';

/** The variables of this service; main.ts parses them. Demo data can be asked for only outside production. */
export function loyaltyEnvironment(production: boolean) {
  return {
    PORT: port(4003),
    HOST: host(),
    /** Health and metrics; 5000 above PORT when not given. */
    ADMIN_PORT: port().optional(),
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: logLevel(),
    DATABASE_URL: databaseUrl(),
    /** Where the embedded database lives when there is no DATABASE_URL. */
    DATABASE_DIRECTORY: z.string().default('.tributary/loyalty'),
    /** The gateway's public identity keys: only what it signed may ask /graphql. */
    GATEWAY_JWKS: jwks(),
    /** The orders service's public identity keys: only what it signed may post /events. */
    ORDERS_JWKS: jwks(),
    SEED_DEMO_DATA: production ? neverInProduction() : seedScale().optional(),
  };
}

function seedScale() {
  return z.enum(['demo', 'large'], {
    error: (issue) => `${JSON.stringify(issue.input)} is neither demo nor large`,
  });
}

function neverInProduction() {
  return z.undefined({ error: 'is refused while NODE_ENV is production' }).optional();
}
