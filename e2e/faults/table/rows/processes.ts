import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { expect } from 'vitest';
import { postGraphQL } from '../../../src/graphql.ts';
import { HOME_QUERY } from '../../../src/home.ts';
import { type PlatformProcess, root, waitUntil } from '../../../src/process.ts';
import { startRegistry } from '../../../src/registry.ts';
import { SERVICES } from '../../../src/services.ts';
import { PLACE_ORDER, productInStock } from '../../../src/shop.ts';
import { publishRevision } from '../../../src/swap.ts';
import type { FaultGroup, FaultRow } from '../fault-row.ts';
import { AT_ONCE_MS, fetches, LIMITS, loyaltyLost, nothingLost } from '../loyalty.ts';
import type { Stage } from '../stage.ts';

const DAY_MS = 86_400_000;

/** A process dies, stops or has a wrong idea of the time. */
export const processes: FaultGroup = {
  title: 'Processes',
  rows: [
    {
      name: 'A subgraph is killed (kill -9)',
      begin: async ({ federation: { services } }) => {
        await services.loyalty.stop('SIGKILL');
        return { [Symbol.asyncDispose]: () => services.loyalty.start() };
      },
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ECONNRESET|CONNECTION_CLOSED/),
    },
    {
      name: 'A subgraph is frozen in the middle of its work (SIGSTOP)',
      begin: ({ federation: { services } }) => {
        services.loyalty.freeze();
        return { [Symbol.dispose]: () => services.loyalty.thaw() };
      },
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: "A subgraph's event loop is blocked for 2 s",
      begin: blocked('loyalty', 2_000),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: "The gateway's event loop is blocked for 500 ms",
      begin: blocked('gateway', 500),
      ...nothingLost(),
      withinMs: 500 + AT_ONCE_MS,
    },
    {
      name: "A subgraph's clock is a day ahead: it believes the gateway's word to have expired",
      begin: clockOf('loyalty', DAY_MS),
      ...refusedByLoyalty(),
    },
    {
      name: "A subgraph's clock is a day behind",
      begin: clockOf('loyalty', -DAY_MS),
      ...nothingLost(),
    },
    {
      name: "The gateway's clock jumps a day ahead: sessions that it knows stay valid",
      begin: clockOf('gateway', DAY_MS),
      ...nothingLost(),
    },
    {
      name: "The gateway's clock jumps a day back",
      begin: clockOf('gateway', -DAY_MS),
      ...nothingLost(),
    },
    diskFull(),
    gatewayDiskFull(),
    {
      name: 'A replica of the gateway is frozen: clients go to the other',
      begin: ({ federation: { gateway } }) => {
        gateway.freeze();
        return { [Symbol.dispose]: () => gateway.thaw() };
      },
      ask: (stage, headers) => stage.home(headers, stage.workers.url),
      ...nothingLost(),
      metric: { ...fetches('ok'), process: 'workers' },
    },
    {
      name: 'A process of a gateway with WORKERS=2 is killed',
      begin: async (stage) => {
        process.kill(Number(workerPids(stage)[0]), 'SIGKILL');
        return { [Symbol.dispose]: () => {} };
      },
      ask: async ({ workers, token }, headers) => {
        // A connection of its own: the kept ones may have been to the process that is gone.
        const dispatcher = new Agent();
        const sent = { authorization: `Bearer ${token}`, ...headers };
        const url = `${workers.url}/graphql`;
        return postGraphQL(url, { query: HOME_QUERY }, sent, dispatcher).finally(() => dispatcher.close());
      },
      ...nothingLost(),
      metric: undefined,
      also: {
        says: 'another one takes its place',
        check: ({ workers }) =>
          waitUntil('there are two again', async () => {
            const { checks } = (await (await fetch(`${workers.adminUrl}/health/ready`)).json()) as {
              checks: { workers: string };
            };
            return checks.workers === '2 of 2';
          }),
      },
      log: { process: 'workers', msg: 'a worker has died and is replaced', fields: { signal: 'SIGKILL' } },
    },
  ],
};

// Private:

/** To loyalty, the gateway's signed word about the caller is no longer true. */
function refusedByLoyalty(): Omit<FaultRow, 'name' | 'begin'> {
  return {
    client: {
      status: 200,
      data: 'all but loyalty',
      codes: ['SUBGRAPH_ERROR'],
      degraded: ['loyalty SUBGRAPH_ERROR'],
    },
    withinMs: AT_ONCE_MS,
    span: { name: 'fetch loyalty', attributes: { 'tributary.error_count': 1 } },
    metric: fetches('errors'),
    log: { msg: 'masked an error', fields: { subgraph: 'loyalty', code: 'NOT_FROM_GATEWAY' } },
  };
}

function blocked(name: 'gateway' | 'loyalty', ms: number) {
  return async ({ federation: { gateway, services } }: Stage): Promise<AsyncDisposable> => {
    const process = name === 'gateway' ? gateway : services[name];
    const isOver = process.sabotage({ sabotage: 'block', ms });
    // The message is on its way; what is sent to the port now comes behind it.
    await new Promise((resolve) => setTimeout(resolve, LIMITS.connectMs / 10));
    return { [Symbol.asyncDispose]: () => isOver };
  };
}

function clockOf(name: 'gateway' | 'loyalty', offsetMs: number) {
  return async ({ federation: { gateway, services } }: Stage): Promise<AsyncDisposable> => {
    const process = name === 'gateway' ? gateway : services[name];
    await process.sabotage({ sabotage: 'clock', offsetMs });
    return { [Symbol.asyncDispose]: () => process.sabotage({ sabotage: 'clock', offsetMs: 0 }) };
  };
}

/** As their supervisor has logged them, the newest last. */
function workerPids({ workers }: Stage): readonly string[] {
  return [...workers.log().matchAll(/"pid":(\d+),"msg":"a worker serves"/g)].map(([, pid]) => pid ?? '');
}

/** Of a service with an embedded database: reading goes on, what must be kept is refused, and nothing is half kept. */
function diskFull(): FaultRow {
  let sku = '';
  return {
    name: 'The disk of a service with an embedded database is full: an order cannot be kept',
    begin: async ({ federation }) => {
      sku = (await productInStock(federation, 1)).sku;
      const { orders } = federation.services;
      await orders.sabotage({ sabotage: 'disk', isFull: true });
      return { [Symbol.asyncDispose]: () => orders.sabotage({ sabotage: 'disk', isFull: false }) };
    },
    ask: ({ federation, token }, headers) => {
      const variables = { input: { lines: [{ sku, quantity: 1 }], idempotencyKey: 'disk-full' } };
      return federation.query(PLACE_ORDER, { token, headers, variables });
    },
    client: {
      status: 200,
      data: 'null',
      codes: ['SERVICE_UNAVAILABLE'],
      degraded: ['orders SERVICE_UNAVAILABLE'],
    },
    withinMs: AT_ONCE_MS,
    span: { name: 'fetch orders', attributes: { 'tributary.error_count': 1 } },
    metric: {
      name: 'subgraph_request_duration_seconds_count',
      labels: { subgraph: 'orders', outcome: 'errors' },
    },
    also: {
      says: 'reading goes on',
      check: async (stage) => expect(stage.outcomeOf(await stage.home())).toMatchObject({ data: 'whole' }),
    },
  };
}

/** Of a gateway that follows a registry: neither the last good supergraph nor compiled code can be kept for the next start. */
function gatewayDiskFull(): FaultRow {
  let follower: PlatformProcess | undefined;
  const running = () => {
    if (follower === undefined) throw new Error('The row has not begun');
    return follower;
  };
  return {
    name: 'A gateway that follows a registry can write to no file: it serves what it cannot keep',
    begin: async (stage) => {
      await using stack = new AsyncDisposableStack();
      const { federation } = stage;
      const platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
      for (const name of SERVICES) {
        const sdl = await readFile(join(root, `services/${name}/schema.graphql`), 'utf8');
        await publishRevision(platform, name, { sdl, routingUrl: `${federation.proxies[name].url}/graphql` });
      }
      const env = {
        ...stage.telemetry,
        JWKS_URL: `${federation.services.users.url}/.well-known/jwks.json`,
        IDENTITY_PRIVATE_JWK: JSON.stringify(federation.keys.gateway.privateJwk),
        SUPERGRAPH_DIRECTORY: join(federation.folder, 'last-good'),
        NODE_COMPILE_CACHE: join(federation.folder, 'compile-cache'),
      };
      follower = stack.use(await platform.createGateway(env, { cannotWriteFiles: true }));
      stage.introduce('follower', follower);
      await follower.start();
      return stack.move();
    },
    ask: (stage, headers) => stage.home(headers, running().url),
    ...nothingLost(),
    // Its first request: nothing is planned, compiled or connected yet.
    withinMs: 2 * AT_ONCE_MS,
    metric: undefined,
    log: {
      process: 'follower',
      msg: 'cannot keep the supergraph on disk, serves it all the same',
      fields: { reason: /EFBIG/ },
    },
    also: {
      says: 'it ends as ever, and nothing is in its compile cache',
      check: async ({ federation: { folder } }) => {
        expect(await running().stop()).toBe(0);
        expect(await bytesIn(join(folder, 'compile-cache'))).toBe(0);
      },
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
