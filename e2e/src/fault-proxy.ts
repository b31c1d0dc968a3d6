import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { claimPort } from '@tributary/lifecycle/testing';
import { request } from 'undici';
import { perform, type Script } from './fault-script.ts';
import { stallPort } from './stalled-listener.ts';

/** What the proxy does with a request, as a tagged union: each is a way in which a real service fails. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** A connection that served a request before is reset; a new one works. */
  | { readonly kind: 'reset-reused' }
  /** The service does its work, but its answer never arrives. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'answer'; readonly status: number; readonly contentType: string; readonly body: string }
  /** The service does its work; what is said then is the script's. */
  | { readonly kind: 'script'; readonly script: Script };

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  fault: Fault;
  /** Taken off the time that requests are said to have: so much stays for the answer's way back, however busy the machine is. */
  keptForAnswersMs: number;
  /** Requests that arrived, whatever became of them. */
  readonly received: () => number;
  /** Requests that the service answered and whose answers were then lost. */
  readonly answersLost: () => number;
  /** Requests that are on their way: neither answered nor given up by whoever sent them. */
  readonly waiting: () => number;
  /** Of the request that arrived last. */
  readonly lastHeaders: () => IncomingMessage['headers'];
  /** Nobody listens any more, and every connection is closed; or connecting hangs; until disposed. */
  readonly refuse: () => Promise<AsyncDisposable>;
  readonly stall: () => Promise<AsyncDisposable>;
}

/** Stands before a real service and passes requests on, until it is told to misbehave. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let received = 0;
  let answersLost = 0;
  let waiting = 0;
  let lastHeaders: IncomingMessage['headers'] = {};
  let current: Fault = { kind: 'none' };
  let keptForAnswersMs = 0;
  const served = new WeakSet<Socket>();
  /** What a script has said on a connection, Node's server does not know: nothing else may follow there. */
  const spoiled = new Set<Socket>();

  const server = createServer((incoming, outgoing) => {
    received += 1;
    lastHeaders = { ...incoming.headers };
    const fault = current;
    const { socket } = incoming;
    waiting += 1;
    outgoing.once('close', () => {
      waiting -= 1;
    });
    if (fault.kind === 'reset-reused' && served.has(socket)) return void socket.resetAndDestroy();
    served.add(socket);
    if (fault.kind === 'script') spoiled.add(socket);
    shorten(incoming, keptForAnswersMs);
    answer(fault, target, incoming, outgoing)
      .then(() => {
        if (fault.kind === 'lose-answer') answersLost += 1;
      })
      .catch(() => outgoing.destroy());
  });
  // Its own: an outgoing connection would take another's while it refuses.
  const port = await claimPort();
  const listen = async () => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  await listen();
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const refuse = async () => {
    await close();
    return { [Symbol.asyncDispose]: async () => void (await listen()) };
  };

  return {
    url: `http://127.0.0.1:${port}`,
    get fault() {
      return current;
    },
    set fault(fault) {
      current = fault;
      for (const socket of spoiled) socket.destroy();
      spoiled.clear();
    },
    get keptForAnswersMs() {
      return keptForAnswersMs;
    },
    set keptForAnswersMs(ms) {
      keptForAnswersMs = ms;
    },
    received: () => received,
    answersLost: () => answersLost,
    waiting: () => waiting,
    lastHeaders: () => lastHeaders,
    refuse,
    stall: async () => {
      const stack = new AsyncDisposableStack();
      stack.use(await refuse());
      stack.use(await stallPort(port));
      return stack;
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
    },
  };
}

const BUDGET = 'x-request-timeout-ms';

async function answer(
  fault: Fault,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'answer':
      outgoing.writeHead(fault.status, { 'content-type': fault.contentType }).end(fault.body);
      return;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return forward(target, incoming, outgoing);
    case 'lose-answer':
      await send(target, incoming);
      return;
    case 'script': {
      const { headers, body } = await send(target, incoming);
      const contentType = String(headers['content-type']);
      return perform(incoming.socket, fault.script({ body: body.toString(), contentType }));
    }
    case 'reset-reused':
    case 'none':
      return forward(target, incoming, outgoing);
  }
}

function shorten({ headers }: IncomingMessage, ms: number): void {
  const budget = headers[BUDGET];
  if (ms > 0 && budget !== undefined) headers[BUDGET] = String(Math.max(1, Number(budget) - ms));
}

async function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = await send(target, incoming);
  outgoing.writeHead(status, headers).end(body);
}

async function send(target: string, incoming: IncomingMessage) {
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  const response = await request(`${target}${incoming.url}`, {
    method: (incoming.method ?? 'POST') as 'POST',
    headers,
    body: await buffer(incoming),
  });
  const { connection: _c, 'transfer-encoding': _t, ...answered } = response.headers;
  return {
    status: response.statusCode,
    headers: answered,
    body: Buffer.from(await response.body.arrayBuffer()),
  };
}
