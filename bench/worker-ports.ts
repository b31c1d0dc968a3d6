import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { claimPort } from '@tributary/lifecycle/testing';

/**
 * Three ways for several processes to serve one port: node's cluster handing connections round, node's cluster with a
 * shared socket, and SO_REUSEPORT, where each process has a socket of its own. How evenly 64 connections spread over
 * four workers, what a new connection costs all processes together, and what a kill -9 of one of four workers costs
 * clients that open a connection for each request.
 *
 * Usage: node bench/worker-ports.ts
 */
const WAYS = ['cluster, handed round', 'cluster, shared', 'reusePort'];
const WORKERS = 4;

console.log(
  'way                     busiest worker   CPU per connection (us)   at a kill: refused or cut   hung',
);
for (const way of WAYS) {
  const port = await claimPort();
  const primary = fork(new URL('worker-ports/primary.ts', import.meta.url), [
    String(port),
    way,
    String(WORKERS),
  ]);
  await once(primary, 'message');
  const busiest = await busiestShare(port);
  const cost = await costOfConnections(port, primary);
  const lost = await lostAtKill(port, primary);
  primary.disconnect();
  await once(primary, 'exit');
  const cells = [
    `${(busiest * 100).toFixed(0)} %`.padStart(14),
    cost.toFixed(0).padStart(24),
    String(lost.cut).padStart(25),
    String(lost.hung).padStart(5),
  ];
  console.log(`${way.padEnd(24)}${cells.join('   ')}`);
}

// Private:

/** The share of 64 connections that the worker with most of them got; a quarter would be even. */
async function busiestShare(port: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 64 }, () => ask(port, 300)));
  const byWorker = Map.groupBy(answers, (answer) => answer);
  return Math.max(...[...byWorker.values()].map(({ length }) => length)) / answers.length;
}

async function costOfConnections(port: number, primary: ChildProcess): Promise<number> {
  const connections = 8_000;
  const clients = (count: number) =>
    Promise.all(Array.from({ length: 16 }, () => repeat(count / 16, () => ask(port, 0))));
  await clients(2_000);
  const before = await cpuOf(primary);
  await clients(connections);
  return ((await cpuOf(primary)) - before) / connections;
}

async function lostAtKill(port: number, primary: ChildProcess) {
  const lost = { cut: 0, hung: 0 };
  let isOver = false;
  const client = async () => {
    while (!isOver) {
      const answer = await ask(port, 0);
      if (answer === 'cut') lost.cut++;
      if (answer === 'hung') lost.hung++;
    }
  };
  const clients = Array.from({ length: 32 }, client);
  await wait(500);
  primary.send('kill');
  await wait(1_000);
  isOver = true;
  await Promise.all(clients);
  return lost;
}

/** One request on a connection of its own: the answering process's id, or how it was lost. */
async function ask(port: number, keepMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1' });
  const timer = setTimeout(resolve, 3_000, 'hung');
  let text = '';
  socket.on('error', () => resolve('cut'));
  socket.on('close', () => resolve('cut'));
  socket.on('data', (chunk) => {
    text += String(chunk);
    const id = /\r\n\r\n(\d+)/.exec(text)?.[1];
    if (id) resolve(id);
  });
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const answer = await promise;
  clearTimeout(timer);
  if (keepMs > 0) await wait(keepMs);
  socket.destroy();
  return answer;
}

async function repeat(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await work();
}

async function cpuOf(primary: ChildProcess): Promise<number> {
  primary.send('cpu');
  const [{ cpuUs }] = await once(primary, 'message');
  return cpuUs;
}
