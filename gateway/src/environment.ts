import {
  host,
  httpUrl,
  logLevel,
  nodeEnvironment,
  port,
  positiveInteger,
  privateJwk,
} from '@tributary/environment';
import { z } from 'zod';

/** What the gateway reads from its environment, beside the standard OTEL_* names. */
export const environment = {
  PORT: port(4000),
  HOST: host(),
  /** 5000 above PORT unless set. */
  ADMIN_PORT: port().optional(),
  /** A file, or an http(s) URL. */
  SUPERGRAPH: z.string(),
  /** The policy file. */
  GATEWAY_CONFIG: z.string().optional(),
  /** Where access tokens' public keys are. Unset: the gateway does not look at Authorization. */
  JWKS_URL: httpUrl().optional(),
  TOKEN_ISSUER: z.string().default('http://localhost:4001'),
  TOKEN_AUDIENCE: z.string().default('tributary'),
  /** Signs the identity that subgraphs receive. Unset: they receive none. */
  IDENTITY_PRIVATE_JWK: privateJwk().optional(),
  /** Unset: on, but for production. */
  INTROSPECTION: z
    .enum(['true', 'false'], { error: 'is neither true nor false' })
    .transform((text) => text === 'true')
    .optional(),
  /** A file with the query that GraphiQL starts with. */
  GRAPHIQL_QUERY: z.string().optional(),
  /** A file with the headers, as JSON, that GraphiQL starts with. Read each time the page is served; it may be absent. */
  GRAPHIQL_HEADERS_FILE: z.string().optional(),
  /**
   * Lets the faults happen that the policy file asks for. `on` does not do in production: there it takes `in-production`.
   */
  TRIBUTARY_FAULTS: z.enum(['off', 'on', 'in-production']).default('off'),
  /** How many processes serve the port together. With more than one, a further process watches over them. */
  WORKERS: positiveInteger(1),
  NODE_ENV: nodeEnvironment(),
  LOG_LEVEL: logLevel(),
};
