import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Pool } from 'undici';
import { type PlatformProcess, waitUntil } from '../../e2e/src/process.ts';

/** Several processes of one kind behind one address, as an orchestrator runs them. */
export interface Replicas extends AsyncDisposable {
  readonly url: string;
  add(process: PlatformProcess): void;
  /** One after the other: no new requests, the last answers, SIGTERM, a new process, ready. */
  restartInTurn(onRestarted: (name: string) => void): Promise<void>;
}

/**
 * A balancer that knows which replicas take requests, and nothing else: it never sends anything twice. Its address exists
 * before the processes do, which need each other's.
 */
export async function openReplicas(): Promise<Replicas> {
  const replicas: Replica[] = [];
  let next = 0;
  const server = createServer((incoming, outgoing) => {
    const ready = replicas.filter(({ isReady }) => isReady);
    const replica = ready[next++ % ready.length];
    if (replica === undefined) return void outgoing.writeHead(503).end();
    replica.inFlight++;
    pass(replica.pool, incoming, outgoing)
      .catch(() => outgoing.destroy())
      .finally(() => replica.inFlight--);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };

  return {
    url: `http://127.0.0.1:${port}`,
    add: (process) =>
      void replicas.push({ process, pool: new Pool(process.url), inFlight: 0, isReady: true }),
    async restartInTurn(onRestarted) {
      for (const replica of replicas) {
        const { process } = replica;
        replica.isReady = false;
        await waitUntil(`${process.name} has answered`, () => replica.inFlight === 0);
        const code = await process.stop('SIGTERM');
        if (code !== 0) throw new Error(`${process.name} ended with ${code}:\n${process.log()}`);
        await replica.pool.destroy();
        replica.pool = new Pool(process.url);
        await process.start();
        replica.isReady = true;
        onRestarted(process.name);
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      for (const { process, pool } of replicas) {
        await pool.destroy();
        await process[Symbol.asyncDispose]();
      }
    },
  };
}

// Private:

interface Replica {
  readonly process: PlatformProcess;
  pool: Pool;
  inFlight: number;
  isReady: boolean;
}

async function pass(pool: Pool, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { host: _, connection: __, ...headers } = incoming.headers;
  const response = await pool.request({
    path: incoming.url ?? '/',
    method: (incoming.method ?? 'POST') as 'POST',
    headers,
    body: await buffer(incoming),
  });
  const body = Buffer.from(await response.body.arrayBuffer());
  const { connection: ___, 'transfer-encoding': ____, ...answered } = response.headers;
  outgoing.writeHead(response.statusCode, { ...answered, 'content-length': body.length }).end(body);
}
