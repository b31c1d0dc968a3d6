import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from './http-front/load.ts';
import { REQUEST_BODY } from './http-front/operation.ts';
import { SERVERS } from './http-front/servers.ts';

/**
 * What HTTP in and out costs a request: CPU time (user and system) of the server's process, for the same 6 KB answer
 * with no execution behind it. The servers take turns, so that a slow moment of the machine meets them all; the median
 * of the rounds.
 *
 * Usage: node bench/http-front.ts [rounds] [pattern of the names to measure]
 */
const ROUNDS = Number(process.argv[2] ?? 9);
const ONLY = process.argv[3] ?? '.';
const REQUESTS = 3_000;
const CONNECTIONS = 32;

interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

// Takes spans and forgets them, in this process: its work is not the servers'.
const collector = createServer((request, response) => request.resume().on('end', () => response.end()));
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
const { port: collectorPort } = collector.address() as AddressInfo;

const names = Object.keys(SERVERS).filter((name) => new RegExp(ONLY).test(name));
// Two processes like each other still differ by a tenth: how their memory lies is luck.
const servers = await Promise.all(names.flatMap((name) => [start(name), start(name), start(name)]));
for (let round = -1; round < ROUNDS; round++) {
  for (const server of shuffled(servers)) {
    const before = await usageOf(server.process);
    await load({ port: server.port, body: REQUEST_BODY, connections: CONNECTIONS, requests: REQUESTS });
    const after = await usageOf(server.process);
    // The first round warms up.
    if (round >= 0) server.costs.push((after.cpuUs - before.cpuUs) / REQUESTS);
  }
}

const results = names.map((name) => {
  const own = servers.filter((server) => server.name === name);
  return { name, cost: median(own.flatMap(({ costs }) => costs)), own };
});
console.log('server                      CPU per request (us)   of the first   RSS (MB)');
for (const { name, cost, own } of results) {
  const memory = await Promise.all(own.map(async ({ process: child }) => (await usageOf(child)).rssBytes));
  const cells = [
    cost.toFixed(1).padStart(20),
    (cost / (results[0]?.cost ?? cost)).toFixed(2).padStart(12),
    (median(memory) / 1e6).toFixed(0).padStart(8),
  ];
  console.log(`${name.padEnd(28)}${cells.join('   ')}`);
}
for (const server of servers) server.process.disconnect();
collector.close();

// Private:

async function start(name: string) {
  const program = new URL('http-front/server-process.ts', import.meta.url);
  const child = fork(program, [name, `http://127.0.0.1:${collectorPort}`]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { name, process: child, port, costs: [] as number[] };
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  child.send('usage');
  const [usage] = (await once(child, 'message')) as [Usage];
  return usage;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
