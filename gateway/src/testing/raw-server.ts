import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface RawRequest {
  readonly socket: Socket;
  /** As byte text. */
  readonly head: string;
  readonly body: string;
  /** Which of its connection it is, from 1. */
  readonly ordinal: number;
}

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the requests that came whole, in order. */
  readonly bodies: readonly string[];
  /** All connections there ever were, in order. */
  readonly sockets: readonly Socket[];
}

/** A server below HTTP: it reads requests that have a Content-Length, and `answer` writes to their socket what it likes. */
export async function createRawServer(answer: (request: RawRequest) => void): Promise<RawServer> {
  const bodies: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    let text = '';
    let ordinal = 0;
    socket.setEncoding('latin1');
    // The client may well reset a connection whose answer it refuses.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += String(chunk);
      for (let request = firstOf(text); request !== undefined; request = firstOf(text)) {
        text = text.slice(request.length);
        bodies.push(request.body);
        answer({ socket, head: request.head, body: request.body, ordinal: ++ordinal });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');

  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    bodies,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function firstOf(text: string): { head: string; body: string; length: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n') + 4;
  if (headEnd === 3) return undefined;
  const head = text.slice(0, headEnd);
  const length = headEnd + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0);
  return text.length < length ? undefined : { head, body: text.slice(headEnd, length), length };
}
