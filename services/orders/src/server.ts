import { startAdminServer } from '@tributary/admin';
import { type Database, openDatabase } from '@tributary/database';
import type { IdentitySigner, IdentityVerifier } from '@tributary/identity';
import { startSubgraph } from '@tributary/subgraph';
import { currentTraceparent, type Telemetry } from '@tributary/telemetry';
import { deadLetterRoutes } from './outbox/admin-routes.ts';
import { createHttpReceiver } from './outbox/http-receiver.ts';
import { observeOutbox } from './outbox/metrics.ts';
import { startOutboxWorker } from './outbox/worker.ts';
import { type ScaleName, seedDemoOrders } from './seed.ts';
import { orderStepRoute } from './status-route.ts';
import { createOrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';
import { defineOrdersSubgraph } from './subgraph.ts';

export interface OrdersServerOptions {
  readonly telemetry: Telemetry;
  /** Of the gateway's assertions. */
  readonly verifier: IdentityVerifier;
  /** Of this service's own, towards loyalty. */
  readonly signer: IdentitySigner;
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  readonly production: boolean;
  readonly database: {
    readonly url: string | undefined;
    readonly directory: string;
    readonly seed: ScaleName | undefined;
  };
  readonly outbox: OutboxOptions;
}

export interface OutboxOptions {
  /** Where loyalty takes events. */
  readonly url: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly batchSize: number;
  readonly maxAttempts: number;
}

export interface OrdersServer extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
}

const MIGRATIONS = new URL('../migrations/', import.meta.url);
const now = () => new Date();

/**
 * Starts the service: database, demo data, delivery of events, GraphQL, operators' port. Disposing goes the other way
 * round, so requests in flight still have their database, and what they committed is delivered if there is time.
 */
export async function startOrdersServer(options: OrdersServerOptions): Promise<OrdersServer> {
  const { telemetry, host, outbox } = options;
  const { logger, registry } = telemetry;
  await using starting = new AsyncDisposableStack();

  const database = starting.use(await prepareDatabase(options));
  const { db } = database;
  const receiver = starting.use(
    createHttpReceiver({
      url: outbox.url,
      audience: 'loyalty',
      signer: options.signer,
      timeoutMs: outbox.leaseMs / 2,
    }),
  );
  const worker = starting.use(
    startOutboxWorker({ ...outbox, db, receiver, logger, now, random: Math.random }),
  );
  observeOutbox(registry, db, now);
  const commands = createOrderCommands({ db, now, traceparent: currentTraceparent, onCommit: worker.wake });
  const subgraph = starting.use(
    await startSubgraph({
      ...defineOrdersSubgraph(db, commands),
      verifier: options.verifier,
      telemetry,
      host,
      port: options.port,
      production: options.production,
    }),
  );
  const admin = starting.use(
    await startAdminServer({
      host,
      port: options.adminPort,
      registry,
      logger,
      readiness: () => askDatabase(database),
      routes: [...deadLetterRoutes(db, { now, wake: worker.wake }), orderStepRoute(commands)],
    }),
  );

  const resources = starting.move();
  return { url: subgraph.url, adminUrl: admin.url, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function prepareDatabase({ telemetry, database }: OrdersServerOptions): Promise<Database<Tables>> {
  const { logger, registry } = telemetry;
  await using preparing = new AsyncDisposableStack();
  const opened = preparing.use(
    await openDatabase<Tables>({
      name: 'orders',
      url: database.url,
      directory: database.directory,
      migrations: MIGRATIONS,
      onProgress: (progress) => logger.info(progress, 'progress'),
      logger,
      registry,
    }),
  );
  if (database.seed !== undefined) {
    const onProgress = (done: number, total: number) =>
      logger.info({ step: 'seeding orders', done, total }, 'progress');
    await seedDemoOrders(opened.db, { scaleName: database.seed, onProgress });
  }
  preparing.move();
  return opened;
}

async function askDatabase(database: Database<Tables>) {
  try {
    await database.ping();
    return { isReady: true, checks: { database: 'ok' } };
  } catch {
    return { isReady: false, checks: { database: 'no answer' } };
  }
}
