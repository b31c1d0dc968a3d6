import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLogger } from '@tributary/telemetry';
import { getOperationAST, parse, printSchema } from 'graphql';
import { readApiSchema } from '../gateway/src/plan/api-schema.ts';
import { createPlanner } from '../gateway/src/plan/index.ts';
import { largeSupergraph, wideOperation } from './planning/large-supergraph.ts';

/**
 * What planning costs on a supergraph of 200 subgraphs with 20,000 fields: time to read it, time for a plan, and what of
 * either the main thread's event loop feels. The process holds the whole gateway's share: the API schema.
 *
 * Usage: node bench/planning.ts [--subgraphs 200] [--fields 20000] [--operations 30] [--steps 11]
 */
const { values } = parseArgs({
  options: {
    subgraphs: { type: 'string', default: '200' },
    fields: { type: 'string', default: '20000' },
    operations: { type: 'string', default: '30' },
    steps: { type: 'string', default: '11' },
  },
});
const subgraphs = Number(values.subgraphs);
const supergraphSdl = largeSupergraph(subgraphs, Number(values.fields));
const before = memoryMb();

const loading = await observed(() =>
  createPlanner(supergraphSdl, { logger: createLogger({ name: 'bench' }), planTimeoutMs: 60_000 }),
);
await using planner = loading.value;
const schemaText = printSchema(planner.schema);
const schemaStart = performance.now();
readApiSchema([schemaText]);
const schemaMs = performance.now() - schemaStart;

const times: number[] = [];
let longestDelayMs = 0;
let planBytes = 0;
let mainThreadMs = 0;
for (let index = 0; index < Number(values.operations); index++) {
  const document = parse(wideOperation((index * 13) % subgraphs, Number(values.steps), subgraphs));
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const planning = await observed(() => planner.plan({ document, operation, activeLabels: [] }));
  times.push(planning.ms);
  longestDelayMs = Math.max(longestDelayMs, planning.longestDelayMs);
  mainThreadMs += planning.cpuMs;
  planBytes += JSON.stringify(planning.value).length;
}
const sorted = times.toSorted((a, b) => a - b);

// What the machine's other work does to the same measurement, over as long a time.
const idle = await observed(() => delay(times.reduce((sum, ms) => sum + ms, 0)));

const rows: readonly (readonly [string, string])[] = [
  ['supergraph, MB of text', (supergraphSdl.length / 1e6).toFixed(1)],
  ['load: wall time, ms', loading.ms.toFixed(0)],
  ['load: longest event-loop delay, ms', loading.longestDelayMs.toFixed(1)],
  ['  of it the API schema (graphql-js buildSchema), ms', schemaMs.toFixed(1)],
  ['plan: first, ms', (times[0] ?? 0).toFixed(1)],
  ['plan: median, ms', (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)],
  ['plan: slowest, ms', (sorted.at(-1) ?? 0).toFixed(1)],
  ['plan: longest event-loop delay, ms', longestDelayMs.toFixed(1)],
  ['  the same while nothing is planned, ms', idle.longestDelayMs.toFixed(1)],
  ['plan: CPU of the main thread, ms each', (mainThreadMs / times.length).toFixed(2)],
  ['plan: mean size of a plan, KB', (planBytes / times.length / 1e3).toFixed(1)],
  ['memory before, MB (resident)', before.toFixed(0)],
  ['memory after, MB (resident)', memoryMb().toFixed(0)],
];
for (const [what, value] of rows) console.log(`${what.padEnd(54)}${value.padStart(8)}`);

/** Runs work elsewhere and watches this thread's event loop meanwhile. */
async function observed<T>(work: () => Promise<T>) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const cpuBefore = process.threadCpuUsage();
  const startedAt = performance.now();
  const value = await work();
  const ms = performance.now() - startedAt;
  const cpu = process.threadCpuUsage(cpuBefore);
  // The delay that the last turn caused is only seen by the turn after it.
  await delay(5);
  histogram.disable();
  return { value, ms, cpuMs: (cpu.user + cpu.system) / 1e3, longestDelayMs: histogram.max / 1e6 };
}

function memoryMb(): number {
  return process.memoryUsage.rss() / 1e6;
}
