import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@tributary/telemetry';
import type { Policy } from '../configuration/index.ts';
import { errorAnswer } from './answer.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly settings: Policy['server'];
  /** Answers one request; must never throw or reject. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
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
 * node:http with every wait and size bounded. Disposal drains: every answer from then on closes its connection, new
 * connections are taken for a while yet, then running requests end in peace and idle connections are closed.
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
      listener(request, response);
    },
  );
  server.maxConnections = settings.maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseUnreadable(error, socket, settings.sendTimeoutMs),
  );
  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');

  // A TCP server's address is never the string of a pipe.
  const address = server.address() as AddressInfo;
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostInUrl}:${address.port}`,
    get draining() {
      return draining;
    },
    async [Symbol.asyncDispose]() {
      draining = true;
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
      if (drain.delayMs > 0) await wait(drain.delayMs);
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // A connection that was busy just now turns idle without telling anyone.
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      const cut = setTimeout(() => {
        logger.warn({ requests: open.size, timeoutMs: drain.timeoutMs }, 'cuts off what does not end');
        server.closeAllConnections();
      }, drain.timeoutMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** Bytes that are not HTTP never become a request; they get an answer with a code all the same. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, sendTimeoutMs: number): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The head of the request is too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not arrive in time']
        : ['400 Bad Request', 'This is not an HTTP request'];
  const traceId = randomBytes(16).toString('hex');
  const { body, headers } = errorAnswer('BAD_REQUEST', message, traceId);
  const head = {
    ...headers,
    'content-length': Buffer.byteLength(body),
    'server-timing': `trace;desc="00-${traceId}-${randomBytes(8).toString('hex')}-00"`,
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  endWith(socket, `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`, sendTimeoutMs);
}

/**
 * Says the last thing that is said on a connection. What still comes is thrown away: nobody would get its answer. Bytes that are left
 * unread would reset the connection and take the answer with them, so the client is given time to take it and to close its side, but not
 * more: node lets a connection stand half open for ever.
 */
function endWith(socket: Socket, answer: string, sendTimeoutMs: number): void {
  // Whoever listens to the data takes it from node's parser.
  socket.removeAllListeners('data').on('data', () => {});
  socket.resume();
  socket.end(answer);
  const cut = setTimeout(() => socket.destroy(), sendTimeoutMs);
  socket.once('close', () => clearTimeout(cut));
}
