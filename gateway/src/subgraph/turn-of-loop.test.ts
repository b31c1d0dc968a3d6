import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TurnOfLoop } from './turn-of-loop.ts';

let server: Server;
beforeAll(async () => {
  server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** What it says when an echo is read, of which `between` says what happens meanwhile. */
async function whenRead(between: () => void): Promise<number> {
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  using _ = { [Symbol.dispose]: () => void socket.destroy() };
  await once(socket, 'connect');
  await wait(20);
  const turn = new TurnOfLoop();
  expect(turn.waitedMs).toBeLessThan(20);
  await wait(20);
  const read = Promise.withResolvers<number>();
  socket.once('data', () => read.resolve(turn.waitedMs));
  socket.write('a');
  between();
  return await read.promise;
}

it('knows how long an answer may have waited for this process', async () => {
  expect(await whenRead(() => block(80))).toBeGreaterThanOrEqual(75);
});

it('does not take the time of others for its own', async () => {
  const startMs = performance.now();
  const idle = whenRead(() => {});
  // Most of the time until then nothing was done here.
  expect(await idle).toBeLessThan((performance.now() - startMs) / 2);
});

it('says the same for all that is read in one turn', () => {
  const turn = new TurnOfLoop();
  const first = turn.waitedMs;
  block(5);
  expect(turn.waitedMs).toBe(first);
});
