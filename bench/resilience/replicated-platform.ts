import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgresqlServer } from '@tributary/database/testing';
import { generateIdentityKeys } from '@tributary/identity';
import { createPlatformProcess, root } from '../../e2e/src/process.ts';
import { SERVICES } from '../../e2e/src/services.ts';
import { openReplicas, type Replicas } from './replicas.ts';

const REPLICAS = 2;

/** The whole platform on one PostgreSQL server, each process twice, every connection between them through a balancer. */
export interface ReplicatedPlatform extends AsyncDisposable {
  readonly url: string;
  readonly all: readonly Replicas[];
}

export async function startReplicatedPlatform(folder: string): Promise<ReplicatedPlatform> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await startPostgresqlServer());
  for (const name of SERVICES) await database.createDatabase(name);
  const keys = {
    gateway: await generateIdentityKeys('gateway-1'),
    orders: await generateIdentityKeys('orders-1'),
  };
  const gateway = stack.use(await openReplicas());
  const services = {
    users: stack.use(await openReplicas()),
    orders: stack.use(await openReplicas()),
    loyalty: stack.use(await openReplicas()),
  };
  const common = {
    NODE_ENV: 'development',
    OTEL_SDK_DISABLED: 'true',
    LOG_LEVEL: 'warn',
    GATEWAY_JWKS: JSON.stringify(keys.gateway.publicJwks),
    ORDERS_JWKS: JSON.stringify(keys.orders.publicJwks),
    ORDERS_PRIVATE_JWK: JSON.stringify(keys.orders.privateJwk),
    LOYALTY_EVENTS_URL: `${services.loyalty.url}/events`,
    SEED_DEMO_DATA: 'demo',
  };
  const start = async (name: string, main: string, env: Readonly<Record<string, string>>, to: Replicas) => {
    for (let replica = 1; replica <= REPLICAS; replica++) {
      const created = await createPlatformProcess({
        name: `${name} ${replica}`,
        main,
        env: { ...common, ...env },
      });
      await created.start();
      to.add(created);
    }
  };
  await Promise.all(
    SERVICES.map((name) =>
      start(name, `services/${name}/src/main.ts`, { DATABASE_URL: database.urlOf(name) }, services[name]),
    ),
  );
  const supergraph = join(folder, 'supergraph.graphql');
  const committed = await readFile(join(root, 'infra/supergraph/supergraph.graphql'), 'utf8');
  await writeFile(
    supergraph,
    SERVICES.reduce(
      (text, name) =>
        text.replace(new RegExp(`(name: "${name}", url: ")[^"]*"`), `$1${services[name].url}/graphql"`),
      committed,
    ),
  );
  await start(
    'gateway',
    'gateway/src/main.ts',
    {
      SUPERGRAPH: supergraph,
      JWKS_URL: `${services.users.url}/.well-known/jwks.json`,
      IDENTITY_PRIVATE_JWK: JSON.stringify(keys.gateway.privateJwk),
    },
    gateway,
  );
  const owned = stack.move();
  return {
    url: gateway.url,
    all: [...Object.values(services), gateway],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
