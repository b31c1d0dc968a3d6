import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@tributary/telemetry';
import type { Policy } from '../configuration/index.ts';
import type { HttpExchange } from './exchange.ts';
import { LeanConnections } from './lean-connections.ts';
import { NodeExchange } from './node-exchange.ts';
import { createServer } from './node-http.ts';
import { refuseUnreadable, type Unreadable } from './refuse-unreadable.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly settings: Policy['server'];
  /** Answers one request; must never throw or reject. */
  readonly listener: (exchange: HttpExchange) => void;
  readonly drain: DrainOptions;
  readonly logger: Logger;
}

export interface DrainOptions {
  /** How long new connections are still taken: whoever sends them needs time to notice. */
  readonly delayMs: number;
  /** How long running requests then get to end. */
  readonly timeoutMs: number;
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  readonly draining: boolean;
}

/**
 * Connections that wait to be accepted, as far as the system allows. One more than that and the client's next attempt
 * comes a second later: under a burst that is worse than the wait.
 */
const BACKLOG = 4_096;

/**
 * HTTP/1.1 with every wait and size bounded: plain requests are read by LeanConnection, all others by node:http. Disposal drains: every answer
 * from then on closes its connection, new connections are taken for a while yet, then running requests end in peace and idle connections
 * are closed.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, settings, listener, drain, logger } = options;
  let draining = false;
  const open = new Set<ServerResponse>();

  function forget(this: ServerResponse): void {
    open.delete(this);
  }

  /** The answer is whole and waits to be taken: who takes nothing of it must not hold its memory for ever. */
  function boundTaking(this: ServerResponse): void {
    // Nearly always the system has taken it all at once, and a timer is spared.
    if (this.socket === null || this.socket.writableLength > 0) this.setTimeout(settings.sendTimeoutMs);
  }

  const server = createServer(
    {
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.bodyTimeoutMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      maxHeaderSize: settings.maxHeaderBytes,
      connectionsCheckingInterval: Math.min(5_000, settings.headersTimeoutMs),
    },
    (request, response) => {
      if (draining) response.setHeader('connection', 'close');
      open.add(response);
      response.on('close', forget);
      response.on('prefinish', boundTaking);
      listener(new NodeExchange(request, response));
    },
  );
  server.maxConnections = settings.maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    else refuseUnreadable(unreadableOf(error), socket, settings.sendTimeoutMs);
  });

  const readByNode = server.listeners('connection') as ((socket: Socket) => void)[];
  const lean = new LeanConnections({
    settings,
    listener,
    handOver: (socket) => {
      for (const read of readByNode) read.call(server, socket);
    },
  });
  if (settings.httpServer === 'lean') {
    server.removeAllListeners('connection').on('connection', (socket: Socket) => lean.accept(socket));
  }

  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');

  // A TCP server's address is never the string of a pipe.
  const address = server.address() as AddressInfo;
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const closeIdle = () => {
    server.closeIdleConnections();
    lean.closeIdle();
  };
  return {
    url: `http://${hostInUrl}:${address.port}`,
    get draining() {
      return draining;
    },
    async [Symbol.asyncDispose]() {
      draining = true;
      lean.isDraining = true;
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
      if (drain.delayMs > 0) await wait(drain.delayMs);
      const closed = once(server, 'close');
      server.close();
      closeIdle();
      // A connection that was busy just now turns idle without telling anyone.
      const sweep = setInterval(closeIdle, 100);
      const cut = setTimeout(() => {
        const requests = open.size + lean.busy;
        logger.warn({ requests, timeoutMs: drain.timeoutMs }, 'cuts off what does not end');
        server.closeAllConnections();
        lean.closeAll();
      }, drain.timeoutMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
      lean[Symbol.dispose]();
    },
  };
}

// Private:

function unreadableOf({ code }: NodeJS.ErrnoException): Unreadable {
  if (code === 'HPE_HEADER_OVERFLOW') return 'tooLarge';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'late' : 'malformed';
}
