import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { errorAnswer } from '../respond/index.ts';

/** Why bytes never became a request. */
export type Unreadable = keyof typeof REASONS;

const REASONS = {
  tooLarge: ['431 Request Header Fields Too Large', 'The head of the request is too large'],
  late: ['408 Request Timeout', 'The request did not arrive in time'],
  malformed: ['400 Bad Request', 'This is not an HTTP request'],
} as const;

/** Bytes that are not HTTP never become a request; they get an answer with a code all the same, the last on their connection. */
export function refuseUnreadable(unreadable: Unreadable, socket: Socket, sendTimeoutMs: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = REASONS[unreadable];
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
