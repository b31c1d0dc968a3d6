import { join } from 'node:path';
import type { IdentityKeys } from '@tributary/identity';
import { publicKeySetOf } from '@tributary/supergraph-delivery';
import type { LocalSettings } from './environment.ts';
import { graphiqlHeadersPath } from './graphiql-headers.ts';
import type { RegistryAccess } from './registry-access.ts';
import { type ProcessName, SUBGRAPHS, type Topology } from './topology.ts';

/** What it takes to start one process. */
export interface ProcessPlan {
  readonly name: string;
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 once the process can do its work. */
  readonly readyUrl: string;
}

export interface PlanOptions {
  readonly root: string;
  readonly stateDirectory: string;
  readonly topology: Topology;
  readonly settings: LocalSettings;
  readonly gatewayKeys: IdentityKeys;
  readonly ordersKeys: IdentityKeys;
  readonly registryAccess: RegistryAccess;
  /** What the processes inherit, minus what would mean something else to each of them. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** A demo token outlives a day's work: whoever comes back from lunch pastes the same curl line again. */
const DEMO_TOKEN_TTL_S = 12 * 60 * 60;
const TOKEN_AUDIENCE = 'tributary';
/** Of the registry: the only one that a developer's machine has. */
export const ENVIRONMENT = 'dev';

/** Meant for one process or for production; a developer's shell may have them set for something else. */
const NOT_INHERITED = [
  'PORT',
  'HOST',
  'ADMIN_PORT',
  'DATABASE_URL',
  'DATABASE_DIRECTORY',
  'OTEL_SERVICE_NAME',
];

/** Every process with its whole environment, the gateway last: the first to be stopped. */
export function planProcesses(options: PlanOptions): readonly ProcessPlan[] {
  const { root, topology } = options;
  const inherited = Object.fromEntries(
    Object.entries(options.inherited).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.includes(entry[0]),
    ),
  );
  const shared = (name: ProcessName) => ({
    TOKEN_TTL_S: String(DEMO_TOKEN_TTL_S),
    ...inherited,
    NODE_ENV: 'development',
    // Imports are most of a process's start; shared by all instances, as its entries are keyed by content.
    NODE_COMPILE_CACHE: inherited.NODE_COMPILE_CACHE ?? join(root, '.tributary', 'compile-cache'),
    LOG_LEVEL: options.settings.LOG_LEVEL,
    HOST: '127.0.0.1',
    PORT: String(topology.portOf(name)),
    ADMIN_PORT: String(topology.adminPortOf(name)),
    TOKEN_ISSUER: topology.urlOf('users', ''),
    TOKEN_AUDIENCE,
  });
  const plan = (name: ProcessName, folder: string, env: Record<string, string>): ProcessPlan => ({
    name,
    main: join(root, folder, 'src', 'main.ts'),
    env: { ...shared(name), ...env },
    readyUrl: topology.adminUrlOf(name, '/health/ready'),
  });
  return [
    plan('registry', 'registry', registryEnvironment(options)),
    ...SUBGRAPHS.map((name) => plan(name, join('services', name), subgraphEnvironment(name, options))),
    plan('gateway', 'gateway', gatewayEnvironment(options)),
  ];
}

// Private:

function subgraphEnvironment(name: (typeof SUBGRAPHS)[number], options: PlanOptions): Record<string, string> {
  const { settings, stateDirectory, gatewayKeys, ordersKeys, topology } = options;
  const url = {
    users: settings.USERS_DATABASE_URL,
    orders: settings.ORDERS_DATABASE_URL,
    loyalty: settings.LOYALTY_DATABASE_URL,
  }[name];
  return {
    ...(url === undefined ? { DATABASE_DIRECTORY: join(stateDirectory, name) } : { DATABASE_URL: url }),
    GATEWAY_JWKS: JSON.stringify(gatewayKeys.publicJwks),
    SEED_DEMO_DATA: settings.SEED_DEMO_DATA,
    ...registryClient(options),
    PUBLISH_SCHEMA: 'true',
    ...(name === 'orders' && {
      ORDERS_PRIVATE_JWK: JSON.stringify(ordersKeys.privateJwk),
      LOYALTY_EVENTS_URL: topology.urlOf('loyalty', '/events'),
    }),
    ...(name === 'loyalty' && { ORDERS_JWKS: JSON.stringify(ordersKeys.publicJwks) }),
  };
}

/** Everybody on this machine is the admin: who can read the token can read the databases too. */
function registryClient({ topology, registryAccess }: PlanOptions): Record<string, string> {
  return {
    REGISTRY_URL: topology.urlOf('registry', ''),
    REGISTRY_TOKEN: registryAccess.adminToken,
    REGISTRY_ENVIRONMENT: ENVIRONMENT,
  };
}

function registryEnvironment({ stateDirectory, registryAccess }: PlanOptions): Record<string, string> {
  return {
    DATABASE_DIRECTORY: join(stateDirectory, 'registry'),
    REGISTRY_ADMIN_TOKEN: registryAccess.adminToken,
    // Only this machine reaches it.
    PAGE_ACCESS: 'open',
    SIGNING_PRIVATE_JWK: JSON.stringify(registryAccess.signingKey),
    ENVIRONMENTS: ENVIRONMENT,
  };
}

function gatewayEnvironment(options: PlanOptions): Record<string, string> {
  const { root, stateDirectory, topology, gatewayKeys, registryAccess } = options;
  return {
    ...registryClient(options),
    REGISTRY_PUBLIC_KEYS: JSON.stringify(publicKeySetOf(registryAccess.signingKey)),
    SUPERGRAPH_DIRECTORY: join(stateDirectory, 'gateway-supergraph'),
    IDENTITY_PRIVATE_JWK: JSON.stringify(gatewayKeys.privateJwk),
    JWKS_URL: topology.urlOf('users', '/.well-known/jwks.json'),
    GRAPHIQL_QUERY: join(root, 'queries', 'home.graphql'),
    GRAPHIQL_HEADERS_FILE: graphiqlHeadersPath(stateDirectory),
  };
}
