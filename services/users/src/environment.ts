import {
  databaseUrl,
  host,
  httpUrl,
  jwks,
  logLevel,
  nodeEnvironment,
  port,
  positiveInteger,
} from '@tributary/environment';
import { z } from 'zod';

const THIRTY_DAYS_S = 30 * 24 * 60 * 60;
const DEVELOPMENT_SECRET = 'tributary-development-only-not-a-secret';

/** The variables of this service; main.ts parses them. What only development may leave out or ask for depends on `production`. */
export function usersEnvironment(production: boolean) {
  return {
    PORT: port(4001),
    HOST: host(),
    /** Health and metrics; 5000 above PORT when not given. */
    ADMIN_PORT: port().optional(),
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: logLevel(),
    DATABASE_URL: databaseUrl(),
    /** Where the embedded database lives when there is no DATABASE_URL. */
    DATABASE_DIRECTORY: z.string().default('.tributary/users'),
    /** The gateway's public identity keys: only requests that it signed are answered. */
    GATEWAY_JWKS: jwks(),
    /** The `iss` of access tokens; the gateway pins it. */
    TOKEN_ISSUER: httpUrl('http://localhost:4001'),
    /** The `aud` of access tokens; the gateway pins it. */
    TOKEN_AUDIENCE: z.string().default('tributary'),
    TOKEN_TTL_S: positiveInteger(900),
    /** How long one signing key signs. */
    KEY_ROTATION_S: positiveInteger(THIRTY_DAYS_S),
    /** Seals the private signing keys in the database. */
    SIGNING_KEY_SECRET: production ? signingKeySecret() : signingKeySecret().default(DEVELOPMENT_SECRET),
    /** Demo users all have one public password. */
    SEED_DEMO_DATA: production ? neverInProduction() : seedScale().optional(),
  };
}

// The message leaves the value out.
function signingKeySecret() {
  return z.string().min(32, { message: 'needs at least 32 characters' });
}

function seedScale() {
  return z.enum(['demo', 'large'], { message: 'is neither demo nor large' });
}

function neverInProduction() {
  return z.undefined({ message: 'is refused while NODE_ENV is production' });
}
