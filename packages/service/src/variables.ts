import {
  databaseUrl,
  flag,
  host,
  httpUrl,
  jwks,
  logLevel,
  nodeEnvironment,
  port,
  positiveInteger,
} from '@tributary/environment';
import { z } from 'zod';

export interface ServiceVariablesOptions {
  readonly name: string;
  readonly port: number;
  readonly production: boolean;
}

/** The variables that every service has. Demo data can be asked for only outside production. */
export function serviceVariables({ name, port: defaultPort, production }: ServiceVariablesOptions) {
  return {
    PORT: port(defaultPort),
    HOST: host(),
    /** Health, metrics and operators' routes; 5000 above PORT when not given. */
    ADMIN_PORT: port().optional(),
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: logLevel(),
    DATABASE_URL: databaseUrl(),
    /** Where the embedded database lives when there is no DATABASE_URL. */
    DATABASE_DIRECTORY: z.string().default(`.tributary/${name}`),
    /** How long a request may take that does not say how long its caller waits. */
    REQUEST_TIMEOUT_MS: positiveInteger(10_000),
    /** How long a request may take, whatever it says. */
    MAX_REQUEST_TIMEOUT_MS: positiveInteger(60_000),
    /** The gateway's public identity keys: only requests that it signed are answered. */
    GATEWAY_JWKS: jwks(),
    /** The registry that is told what this subgraph serves, and in which of its environments. */
    REGISTRY_URL: httpUrl().optional(),
    REGISTRY_TOKEN: z.string().optional(),
    REGISTRY_ENVIRONMENT: z.string().default('dev'),
    /** Publishes the schema file at the start and whenever it is edited. A pipeline does that in production. */
    PUBLISH_SCHEMA: production ? refusedInProduction() : flag(false),
    SEED_DEMO_DATA: production ? refusedInProduction() : scaleName().optional(),
  };
}

export type ServiceEnvironment = z.output<z.ZodObject<ReturnType<typeof serviceVariables>>>;

function scaleName() {
  return z.enum(['demo', 'large'], {
    error: (issue) => `${JSON.stringify(issue.input)} is neither demo nor large`,
  });
}

function refusedInProduction() {
  return z.undefined({ error: 'is refused while NODE_ENV is production' }).optional();
}
