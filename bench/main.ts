import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatewayKinds } from './harness/gateway-kinds.ts';
import { median } from './harness/measure.ts';
import { compileNativeTools } from './harness/native.ts';
import { runScenario, type ScenarioResult } from './harness/run-scenario.ts';
import { scenarios } from './scenarios/index.ts';

/**
 * Measures the gateways against each other.
 *
 * Usage: npm run bench -- [--only nested,home] [--gateways stock,ours-undici] [--rounds N] [--seconds N]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    gateways: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    latency: { type: 'string', default: '10' },
    connections: { type: 'string', default: '16' },
  },
});
const effort = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  warmUpSeconds: Number(values.seconds),
  latencySeconds: Number(values.latency),
  connections: Number(values.connections),
};
const chosen = scenarios.filter(({ name }) => values.only?.split(',').includes(name) ?? true);
const kinds = gatewayKinds.filter(({ name }) => values.gateways?.split(',').includes(name) ?? true);

const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
try {
  const tools = await compileNativeTools(folder);
  for (const scenario of chosen) {
    print(await runScenario({ scenario, kinds, effort, tools, folder, log: (line) => console.error(line) }));
  }
} finally {
  await rm(folder, { recursive: true });
}

// Private:

function print({ scenario, gateways }: ScenarioResult): void {
  console.log(`\n${scenario}`);
  console.log(
    'gateway          CPU µs/request (lowest-highest)   req/s   p50 ms   p99 ms  fetches   bytes  peak MB  answer',
  );
  for (const gateway of gateways) {
    const cpu = gateway.samples.map((sample) => sample.cpuMicrosPerRequest);
    console.log(
      gateway.gateway.padEnd(16),
      median(cpu).toFixed(0).padStart(7),
      `(${Math.min(...cpu).toFixed(0)}-${Math.max(...cpu).toFixed(0)})`.padEnd(24),
      median(gateway.samples.map((sample) => sample.requestsPerSecond))
        .toFixed(0)
        .padStart(7),
      (gateway.latency?.p50Ms ?? Number.NaN).toFixed(2).padStart(8),
      (gateway.latency?.p99Ms ?? Number.NaN).toFixed(2).padStart(8),
      gateway.fetchesPerRequest.toFixed(1).padStart(8),
      gateway.answerBytes.toFixed(0).padStart(7),
      gateway.peakRssMb.toFixed(0).padStart(8),
      ` ${gateway.agreement}`,
    );
  }
}
