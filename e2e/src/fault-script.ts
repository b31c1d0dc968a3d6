import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Bytes to send, milliseconds to wait, or the end of the connection. After the last step it is left as it is. */
export type Step = string | Uint8Array | number | 'RESET' | 'CLOSE';

/** What the service answered, for scripts that tell a lie about something true. */
export interface TrueAnswer {
  readonly body: string;
  readonly contentType: string;
}

/** What is said on the connection in place of the service's answer, byte for byte. */
export type Script = (answer: TrueAnswer) => Iterable<Step>;

/** Says the script's lines on a connection on which a request has come, until the other side has had enough. */
export async function perform(socket: Socket, steps: Iterable<Step>): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await delay(step);
    else if (step === 'RESET') socket.resetAndDestroy();
    else if (step === 'CLOSE') socket.end();
    else if (!socket.write(step)) await drained(socket);
  }
}

// Private:

async function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('drain', resolve);
  socket.once('close', resolve);
  await promise;
  socket.off('drain', resolve);
  socket.off('close', resolve);
}
