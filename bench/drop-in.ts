import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUps } from './drop-in/set-ups.ts';
import type { GatewayKind } from './harness/gateway-kinds.ts';
import { median } from './harness/median.ts';
import { compileNativeTools } from './harness/native.ts';
import { printScenario } from './harness/print-scenario.ts';
import { runScenario, type ScenarioResult } from './harness/run-scenario.ts';
import { home } from './scenarios/home.ts';
import { nested } from './scenarios/nested.ts';

/**
 * What one changed line gives to those who run Apollo Server: CPU per request with ApolloGateway, and with
 * TributaryGateway in its place; without and with a data source of the user's. The processes take turns. A minute and a half.
 *
 * Usage: npm run bench:drop-in -- [--rounds N] [--seconds N]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
  },
});
const seconds = Number(values.seconds);
const effort = {
  rounds: Number(values.rounds),
  seconds,
  warmUpSeconds: 2 * seconds,
  connections: 16,
  latencySeconds: 0,
};

const kinds = setUps.map(
  ({ name, label }): GatewayKind => ({
    name,
    label,
    isPeer: false,
    file: fileURLToPath(new URL('./drop-in/server.ts', import.meta.url)),
    env: ({ supergraph }) => ({ SUPERGRAPH: supergraph, SET_UP: name, APOLLO_TELEMETRY_DISABLED: 'true' }),
  }),
);
const folder = await mkdtemp(join(tmpdir(), 'tributary-drop-in-'));
try {
  const tools = await compileNativeTools(folder);
  for (const scenario of [nested, home]) {
    const result = await runScenario({
      scenario,
      kinds,
      effort,
      tools,
      folder,
      nodeOptions: [],
      references: undefined,
    });
    console.log(printScenario(result));
    for (const line of gains(result)) console.log(line);
    console.log(`load average ${loadavg()[0]?.toFixed(1)}`);
  }
} finally {
  await rm(folder, { recursive: true });
}

// Private:

function gains({ measured }: ScenarioResult): readonly string[] {
  const cpuOf = (name: string) => {
    const samples = measured.find(({ gateway }) => gateway === name)?.samples ?? [];
    return median(samples.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest));
  };
  const gain = (before: string, after: string) => `${(cpuOf(before) / cpuOf(after)).toFixed(1)} times less`;
  return [
    `one line:                                ${gain('stock', 'changed')}`,
    `one line, a willSendRequest kept:        ${gain('stock-hook', 'changed-hook')}`,
    `one line, forwarding in place of it:     ${gain('stock-hook', 'forwarding')}`,
    `the most that Apollo Server in front allows: ${gain('stock', 'server-alone')}`,
  ];
}
