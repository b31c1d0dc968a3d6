import {
  host,
  httpUrl,
  logLevel,
  milliseconds,
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
  /** A file, or an http(s) URL. This or REGISTRY_URL. */
  SUPERGRAPH: z.string().optional(),
  /** The registry that says what to serve. */
  REGISTRY_URL: httpUrl().optional(),
  /** Of role gateway. */
  REGISTRY_TOKEN: z.string().optional(),
  REGISTRY_ENVIRONMENT: z.string().default('dev'),
  /** What the registry's deliveries are proven with: a JSON Web Key Set, or a file that holds one. */
  REGISTRY_PUBLIC_KEYS: z.string().optional(),
  /** Where the last good supergraph is kept, to start from while the registry is away. Unset: nowhere. */
  SUPERGRAPH_DIRECTORY: z.string().optional(),
  /** The policy file. */
  GATEWAY_CONFIG: z.string().optional(),
  /** About how often the registry hears what clients use, in milliseconds. */
  USAGE_REPORT_MS: positiveInteger(30_000),
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
  /** A Redis or Valkey that gateways share as a cache, behind the memory of each. Unset: memory only. */
  CACHE_URL: z
    .string()
    .refine((text) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? ''), {
      message: 'is not a redis:// or rediss:// URL',
    })
    .optional(),
  /** Who has it may make the cache forget, on the admin port. Unset: nobody can, the call does not exist. */
  CACHE_INVALIDATION_TOKEN: z.string().min(16, { error: 'has fewer than 16 characters' }).optional(),
  /** How many processes serve the port together. With more than one, a further process watches over them. */
  WORKERS: positiveInteger(1),
  /**
   * How long new connections are still taken after the signal to end: as long as whoever sends them may take to notice
   * that this process is not ready any more.
   */
  DRAIN_DELAY_MS: milliseconds(0),
  /** How long running requests then get to end; after that their connections are closed. */
  DRAIN_TIMEOUT_MS: milliseconds(8_000),
  NODE_ENV: nodeEnvironment(),
  LOG_LEVEL: logLevel(),
};
