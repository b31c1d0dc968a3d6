import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * What the policies around a subgraph's client cost for each fetch while nothing fails: CPU time (user and system) beyond that
 * of a client that answers from memory a turn later, 64 fetches at once, each body a text of its own. The chains, a process
 * each, take turns, so that a slow moment of the machine meets them all; the median of the rounds.
 *
 * Usage: node bench/traffic-policies.ts [rounds]
 */
const ROUNDS = Number(process.argv[2] ?? 31);
const NAMES = [
  'the client alone',
  'deadline (always on)',
  '+ breaker',
  '+ concurrency limit',
  '+ retry',
  '+ de-duplicate',
  'all that are on by default',
  'all, hedge too',
];

const chains = await Promise.all(NAMES.map(start));
for (let round = -5; round < ROUNDS; round++) {
  for (const { child, costs } of shuffled(chains)) {
    child.send('measure');
    const [{ costUs }] = (await once(child, 'message')) as [{ costUs: number }];
    // The first rounds warm up.
    if (round >= 0) costs.push(costUs);
  }
}
const alone = median(chains[0]?.costs ?? []);
console.log('chain                          CPU per fetch (us)   beyond the client alone');
for (const { name, child, costs } of chains) {
  const cost = median(costs);
  console.log(`${name.padEnd(30)}${cost.toFixed(2).padStart(19)}${(cost - alone).toFixed(2).padStart(26)}`);
  child.disconnect();
}

// Private:

interface Chain {
  readonly name: string;
  readonly child: ChildProcess;
  readonly costs: number[];
}

async function start(name: string): Promise<Chain> {
  const child = fork(new URL('traffic-policies/chain-process.ts', import.meta.url), [name]);
  await once(child, 'message');
  return { name, child, costs: [] };
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
