import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems take the ports of outgoing connections from 32,768 (Linux) or 49,152 up. */
const [FIRST, END] = [22_000, 32_768];

let next = FIRST + Math.floor(Math.random() * (END - FIRST));

/**
 * A TCP port of 127.0.0.1 for a process that tests start, and start again: others must know it before it listens, and
 * while it does not. No outgoing connection is given it, and no other caller of this gets it, in whatever process: the
 * claim is the UDP port of the same number, held until the caller's process ends.
 */
export async function claimPort(): Promise<number> {
  for (let tries = FIRST; tries < END; tries++) {
    const port = next;
    next = next + 1 < END ? next + 1 : FIRST;
    if ((await canListen(port)) && (await claim(port))) return port;
  }
  throw new Error(`all ports from ${FIRST} to ${END - 1} are in use`);
}

// Private:

async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    await once(socket.bind({ port, address: '127.0.0.1', exclusive: true }), 'listening');
  } catch {
    socket.close();
    return false;
  }
  socket.unref();
  return true;
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
