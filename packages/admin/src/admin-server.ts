import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger, Registry } from '@tributary/telemetry';
import { bearerCheck } from './bearer-check.ts';
import { readJson } from './read-json.ts';
import { askReadiness, type Readiness } from './readiness.ts';

export interface AdminRoute {
  readonly method: 'GET' | 'POST';
  /** Exact path, such as `/dead-letters`. */
  readonly path: string;
  /** Who does not send it as `Authorization: Bearer ...` gets 401, before anything of the body is read. */
  readonly bearerToken?: string;
  /** Gets the parsed JSON body (undefined without one) and the query; what it throws becomes a bare 500. */
  handle(body: unknown, query: URLSearchParams): AdminResponse | Promise<AdminResponse>;
}

export interface AdminResponse {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** A registry, or what stands for several. */
  readonly registry: Pick<Registry, 'contentType' | 'metrics'>;
  readonly readiness: () => Readiness | Promise<Readiness>;
  readonly routes?: readonly AdminRoute[];
  readonly logger?: Logger;
}

export interface AdminServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:9000`. */
  readonly url: string;
  /** For what starts after the port has to be open. Until then its paths are 404. */
  addRoutes(routes: readonly AdminRoute[]): void;
}

const BODY_LIMIT_BYTES = 1_000_000;

/** Not imported: the ES module form of node:http loads node's own fetch client as well: 15 MB. */
const { createServer } = process.getBuiltinModule('node:http');

/**
 * Starts the operators' port. It has no authentication: bind it where only operators reach it. Rejects when the port
 * is taken. Disposing closes it at once, open keep-alive connections included.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const routes = createRouteTable(options);
  const server = createServer((request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      options.logger?.error({ err: error }, 'admin request failed');
      if (response.headersSent) response.destroy();
      else sendJson(response, { status: 500, body: { message: 'This failed; the log says why.' } });
    });
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  // A TCP server's address is never the string of a pipe.
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    addRoutes: (added) => addRoutes(routes, added),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

// Private:

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** Path to method to handler: the path decides between 404 and 405. */
type RouteTable = Map<string, Map<string, Handler>>;

function createRouteTable({ registry, readiness, routes = [] }: AdminServerOptions): RouteTable {
  const table: RouteTable = new Map();
  // Alive means only that the event loop turns: a database that is away is no reason to restart the process.
  setHandler(table, 'GET', '/health/live', async (_request, response) => {
    sendJson(response, { status: 200, body: { status: 'live' } });
  });
  setHandler(table, 'GET', '/health/ready', async (_request, response) => {
    const { isReady, checks } = await askReadiness(readiness);
    const body = { status: isReady ? 'ready' : 'unready', checks };
    sendJson(response, { status: isReady ? 200 : 503, body });
  });
  setHandler(table, 'GET', '/metrics', async (_request, response) => {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  });
  addRoutes(table, routes);
  return table;
}

function addRoutes(table: RouteTable, routes: readonly AdminRoute[]): void {
  for (const route of routes) setHandler(table, route.method, route.path, customHandler(route));
}

function setHandler(table: RouteTable, method: string, path: string, handler: Handler): void {
  const methods = table.get(path) ?? new Map<string, Handler>();
  table.set(path, methods.set(method, handler));
}

function customHandler(route: AdminRoute): Handler {
  const isAllowed = route.bearerToken === undefined ? () => true : bearerCheck(route.bearerToken);
  return async (request, response, url) => {
    if (!isAllowed(request.headers.authorization)) {
      response.setHeader('www-authenticate', 'Bearer');
      response.setHeader('connection', 'close');
      return sendJson(response, { status: 401, body: { message: 'This needs its bearer token.' } });
    }
    const body = await readJson(request, BODY_LIMIT_BYTES);
    if (body.kind === 'json') return sendJson(response, await route.handle(body.value, url.searchParams));
    const message =
      body.status === 413 ? `The body is over ${BODY_LIMIT_BYTES} bytes.` : 'The body is not JSON.';
    // What is left of an oversized body would be read as the next request.
    response.setHeader('connection', 'close');
    sendJson(response, { status: body.status, body: { message } });
  };
}

async function answer(routes: RouteTable, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://admin');
  const methods = url ? routes.get(url.pathname) : undefined;
  if (!url || !methods)
    return sendJson(response, { status: 404, body: { message: 'There is nothing here.' } });
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const handler = methods.get(method);
  if (handler) return handler(request, response, url);
  response.setHeader('allow', [...methods.keys()].join(', '));
  sendJson(response, { status: 405, body: { message: `This takes ${[...methods.keys()].join(' or ')}.` } });
}

function sendJson(response: ServerResponse, { status, body }: AdminResponse): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
