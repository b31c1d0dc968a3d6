import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { CLIENTS } from './http-client/clients.ts';

/**
 * What an HTTP exchange with a subgraph costs the gateway: CPU time (user and system) of the client's process for each
 * request, 16 at once, against a server that answers from memory. The clients take turns, so that a slow moment of the
 * machine meets them all; the median of the rounds of two processes each.
 *
 * Usage: node bench/http-client.ts [rounds] [pattern of the names to measure]
 */
const ROUNDS = Number(process.argv[2] ?? 9);
const ONLY = process.argv[3] ?? '.';
const REQUESTS = 5_000;
const CONCURRENCY = 16;
const SIZES = [
  { requestBytes: 400, responseBytes: 1_500 },
  { requestBytes: 4_000, responseBytes: 16_000 },
  { requestBytes: 400, responseBytes: 160_000 },
];

const names = Object.keys(CLIENTS).filter((name) => new RegExp(ONLY).test(name));
for (const size of SIZES) {
  const requests = size.responseBytes > 100_000 ? REQUESTS / 10 : REQUESTS;
  const costs = await measure(size, requests);
  console.log(`\n${size.requestBytes} bytes there, ${size.responseBytes} bytes back`);
  console.log('client                    CPU per request (us)   of the first');
  const first = median(costs.get(names[0] ?? '') ?? []);
  for (const [name, values] of costs) {
    const cost = median(values);
    console.log(`${name.padEnd(26)}${cost.toFixed(1).padStart(20)}${(cost / first).toFixed(2).padStart(15)}`);
  }
}

// Private:

async function measure(size: (typeof SIZES)[number], requests: number): Promise<Map<string, number[]>> {
  const server = await start('server-process.ts', [`${size.responseBytes}`]);
  const { port } = server.ready as { port: number };
  const clients = await Promise.all(
    [...names, ...names].map(async (name) => ({
      name,
      ...(await start('client-process.ts', [name, `${port}`, `${size.requestBytes}`])),
    })),
  );
  const costs = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const client of shuffled(clients)) {
      client.process.send({ requests, concurrency: CONCURRENCY });
      const [{ cpuUs }] = (await once(client.process, 'message')) as [{ cpuUs: number }];
      // The first rounds warm up.
      if (round >= 0) costs.get(client.name)?.push(cpuUs / requests);
    }
  }
  for (const child of [server, ...clients]) child.process.disconnect();
  return costs;
}

async function start(file: string, argv: string[]): Promise<{ process: ChildProcess; ready: unknown }> {
  const child = fork(new URL(`http-client/${file}`, import.meta.url), argv);
  const [ready] = await once(child, 'message');
  return { process: child, ready };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
