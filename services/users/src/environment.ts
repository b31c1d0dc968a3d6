import { httpUrl, positiveInteger } from '@tributary/environment';
import { serviceVariables } from '@tributary/service';
import { z } from 'zod';

const THIRTY_DAYS_S = 30 * 24 * 60 * 60;
const DEVELOPMENT_SECRET = 'tributary-development-only-not-a-secret';

/** The variables of this service. What only development may leave out depends on `production`. */
export function usersVariables(production: boolean) {
  return {
    ...serviceVariables({ name: 'users', port: 4001, production }),
    /** The `iss` of access tokens; the gateway pins it. */
    TOKEN_ISSUER: httpUrl('http://localhost:4001'),
    /** The `aud` of access tokens; the gateway pins it. */
    TOKEN_AUDIENCE: z.string().default('tributary'),
    TOKEN_TTL_S: positiveInteger(900),
    /** How long one signing key signs. */
    KEY_ROTATION_S: positiveInteger(THIRTY_DAYS_S),
    /** Attempts to sign in with one address within fifteen minutes; more are refused until then. */
    SIGN_IN_ATTEMPTS: positiveInteger(10),
    /** Seals the private signing keys in the database. */
    SIGNING_KEY_SECRET: production ? signingKeySecret() : signingKeySecret().default(DEVELOPMENT_SECRET),
  };
}

// The message leaves the value out.
function signingKeySecret() {
  return z.string().min(32, { message: 'needs at least 32 characters' });
}
