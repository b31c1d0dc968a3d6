import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Policy } from '../configuration/index.ts';
import { errorAnswer } from './answer.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly settings: Policy['server'];
  /** Answers one request; must never throw or reject. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  readonly draining: boolean;
}

/**
 * node:http with every wait and size bounded. Disposal drains: no new connections, running requests end in peace and
 * are told to close their connection, idle connections close at once.
 */
export async function startHttpServer({
  host,
  port,
  settings,
  listener,
}: HttpServerOptions): Promise<HttpServer> {
  let draining = false;

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
      response.on('prefinish', boundTaking);
      listener(request, response);
    },
  );
  server.maxConnections = settings.maxConnections;
  server.on('clientError', refuseUnreadable);
  server.listen(port, host);
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
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // A connection that was busy just now turns idle without telling anyone.
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      await closed;
      clearInterval(sweep);
    },
  };
}

/** Bytes that are not HTTP never become a request; they get an answer with a code all the same. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
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
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
}
