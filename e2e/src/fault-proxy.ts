import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { request } from 'undici';

/** What the proxy does with a request, as a tagged union: each is a way in which a real service fails. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** The service does its work, but its answer never arrives. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'answer'; readonly status: number; readonly contentType: string; readonly body: string };

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  fault: Fault;
  /** Requests that arrived, whatever became of them. */
  readonly received: () => number;
  /** Requests that the service answered and whose answers were then lost. */
  readonly answersLost: () => number;
}

/** Stands before a real service and passes requests on, until it is told to misbehave. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let received = 0;
  let answersLost = 0;
  const server = createServer((incoming, outgoing) => {
    received += 1;
    const { fault } = proxy;
    answer(fault, target, incoming, outgoing)
      .then(() => {
        if (fault.kind === 'lose-answer') answersLost += 1;
      })
      .catch(() => outgoing.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };

  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    fault: { kind: 'none' },
    received: () => received,
    answersLost: () => answersLost,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

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
    case 'none':
      return forward(target, incoming, outgoing);
  }
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
