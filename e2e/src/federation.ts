import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentityKeys } from '@tributary/identity';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type GraphQLAnswer, postGraphQL } from './graphql.ts';
import { createPlatformProcess, type PlatformProcess, root } from './process.ts';
import { SERVICES, type ServiceName } from './services.ts';

export interface FederationOptions {
  /** Further variables for one process, or for each of them under `all`. */
  readonly env?: Partial<Record<ServiceName | 'gateway' | 'all', Readonly<Record<string, string>>>>;
  /** Databases on a real PostgreSQL server; by default each service gets an embedded one, already seeded. */
  readonly databaseUrls?: Readonly<Record<ServiceName, { readonly DATABASE_URL: string }>>;
  /** Loads the saboteur into every process. */
  readonly canBeSabotaged?: boolean;
}

/** The whole platform as real processes on free ports, with databases of its own holding the demo data. */
export interface Federation extends AsyncDisposable {
  /** Its files; gone with it. */
  readonly folder: string;
  /** The file that the gateway serves and watches. */
  readonly supergraph: string;
  readonly gateway: PlatformProcess;
  /** A further gateway over the same subgraphs, not started yet; the caller's to dispose. */
  readonly createGateway: (env: Readonly<Record<string, string>>) => Promise<PlatformProcess>;
  readonly services: Readonly<Record<ServiceName, PlatformProcess>>;
  /** Between the gateway and each subgraph: a fault put here is what the gateway meets. */
  readonly proxies: Readonly<Record<ServiceName, FaultProxy>>;
  /** Between orders' outbox and loyalty. */
  readonly eventsProxy: FaultProxy;
  /** Keys of this federation, for tests that speak to a subgraph as the gateway would, or forge. */
  readonly keys: { readonly gateway: IdentityKeys; readonly orders: IdentityKeys };
  readonly query: (query: string, options?: QueryOptions) => Promise<GraphQLAnswer>;
  /** An access token of a demo user. */
  readonly signIn: (email?: string, password?: string) => Promise<string>;
  /** A new user with no orders and no points. */
  readonly signUp: (name: string) => Promise<{ readonly id: string; readonly token: string }>;
}

export interface QueryOptions {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type IdentityKeys = Awaited<ReturnType<typeof generateIdentityKeys>>;

export async function startFederation(options: FederationOptions = {}): Promise<Federation> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-e2e-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const keys = {
    gateway: await generateIdentityKeys('gateway-1'),
    orders: await generateIdentityKeys('orders-1'),
  };
  const databases = options.databaseUrls ?? (await copyTemplates(folder));
  const common = {
    NODE_ENV: 'development',
    OTEL_SDK_DISABLED: 'true',
    SEED_DEMO_DATA: 'demo',
    GATEWAY_JWKS: JSON.stringify(keys.gateway.publicJwks),
    ...options.env?.all,
  };
  const service = async (name: ServiceName, env: Record<string, string>) =>
    stack.use(
      await createPlatformProcess({
        name,
        main: `services/${name}/src/main.ts`,
        env: { ...common, ...databases[name], ...env, ...options.env?.[name] },
        canBeSabotaged: options.canBeSabotaged,
      }),
    );

  const loyalty = await service('loyalty', { ORDERS_JWKS: JSON.stringify(keys.orders.publicJwks) });
  const eventsProxy = stack.use(await startFaultProxy(loyalty.url));
  const orders = await service('orders', {
    ORDERS_PRIVATE_JWK: JSON.stringify(keys.orders.privateJwk),
    LOYALTY_EVENTS_URL: `${eventsProxy.url}/events`,
  });
  const users = await service('users', {});
  const services = { users, orders, loyalty };
  const proxies = {
    users: stack.use(await startFaultProxy(users.url)),
    orders: stack.use(await startFaultProxy(orders.url)),
    loyalty: stack.use(await startFaultProxy(loyalty.url)),
  };
  await Promise.all(Object.values(services).map((process) => process.start()));

  const supergraph = await supergraphFor(folder, proxies);
  const createGateway = (env: Readonly<Record<string, string>>) =>
    createPlatformProcess({
      name: 'gateway',
      main: 'gateway/src/main.ts',
      env: {
        ...common,
        SUPERGRAPH: supergraph,
        JWKS_URL: `${users.url}/.well-known/jwks.json`,
        IDENTITY_PRIVATE_JWK: JSON.stringify(keys.gateway.privateJwk),
        ...options.env?.gateway,
        ...env,
      },
      canBeSabotaged: options.canBeSabotaged,
    });
  const gateway = stack.use(await createGateway({}));
  await gateway.start();

  const query: Federation['query'] = (text, queryOptions = {}) =>
    postGraphQL(
      `${gateway.url}/graphql`,
      { query: text, variables: queryOptions.variables ?? {} },
      {
        ...(queryOptions.token === undefined ? {} : { authorization: `Bearer ${queryOptions.token}` }),
        ...queryOptions.headers,
      },
    );
  const owned = stack.move();
  return {
    folder,
    supergraph,
    gateway,
    createGateway,
    services,
    proxies,
    eventsProxy,
    keys,
    query,
    signIn: (email, password) => signIn(query, email, password),
    signUp: (name) => signUp(query, name),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { ... on SignInSuccess { token } }
}`;

async function signIn(
  query: Federation['query'],
  email = 'mia@example.com',
  password = 'tributary',
): Promise<string> {
  const answer = await query(SIGN_IN, { variables: { input: { email, password } } });
  const { token } = (answer.body.data as { signIn: { token?: string } }).signIn;
  if (token === undefined) throw new Error(`${email} could not sign in`);
  return token;
}

const SIGN_UP = `mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { ... on SignUpSuccess { token user { id } } }
}`;

async function signUp(query: Federation['query'], name: string): Promise<{ id: string; token: string }> {
  const input = { email: `${name}@e2e.example`, password: 'correct horse battery', displayName: name };
  const answer = await query(SIGN_UP, { variables: { input } });
  const { token, user } = (answer.body.data as { signUp: { token: string; user: { id: string } } }).signUp;
  return { id: user.id, token };
}

/** Embedded databases of one federation: copies of those that the global set-up seeded once. */
async function copyTemplates(folder: string): Promise<Record<ServiceName, { DATABASE_DIRECTORY: string }>> {
  // Only there within a test run: benchmarks bring databases of their own.
  const { inject } = await import('vitest');
  const copies = SERVICES.map(async (name) => {
    await cp(join(inject('templateDirectory'), name), join(folder, name), { recursive: true });
    return [name, { DATABASE_DIRECTORY: join(folder, name) }] as const;
  });
  return Object.fromEntries(await Promise.all(copies)) as Record<ServiceName, { DATABASE_DIRECTORY: string }>;
}

/** The committed supergraph with the routing URLs of this federation. */
async function supergraphFor(
  folder: string,
  proxies: Readonly<Record<ServiceName, FaultProxy>>,
): Promise<string> {
  const committed = await readFile(join(root, 'infra/supergraph/supergraph.graphql'), 'utf8');
  const routed = SERVICES.reduce(
    (text, name) =>
      text.replace(new RegExp(`(name: "${name}", url: ")[^"]*"`), `$1${proxies[name].url}/graphql"`),
    committed,
  );
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, routed);
  return file;
}
