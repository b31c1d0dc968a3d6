import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './harness/bench-options.ts';
import { installPeers } from './harness/install-peers.ts';
import { describeMachine } from './harness/machine.ts';
import { compileNativeTools } from './harness/native.ts';
import { printScenario } from './harness/print-scenario.ts';
import { type BenchResults, readResults, writeResults } from './harness/results.ts';
import { runScenario, type ScenarioResult } from './harness/run-scenario.ts';
import { writeReport } from './report/write-report.ts';

/**
 * Measures the gateways against each other and writes bench/results.json and docs/performance.md.
 *
 * Usage: npm run bench -- [--smoke | --quick] [--only nested,home] [--gateways stock,ours-undici] [--rounds N]
 *        [--seconds N] [--latency N] [--write | --report]
 *   --smoke    only what is in this repository, a moment each, answers compared with those of the last whole run
 *   --quick    fewer and shorter rounds
 *   --node     options of Node for every gateway: --node='--cpu-prof --cpu-prof-dir=/tmp/profiles'
 *   --write    writes the results of a run that is not whole too, in place of those scenarios' last ones
 *   --report   runs nothing and writes docs/performance.md from bench/results.json
 */
const options = parseOptions(process.argv.slice(2));
const last = await readResults();
if (options.task === 'report') {
  if (last === undefined) throw new Error('There is no bench/results.json yet: npm run bench');
  await writeReport(last);
  process.exit();
}

if (options.kinds.some(({ isPeer }) => isPeer)) await installPeers();
const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
const results: ScenarioResult[] = [];
try {
  const tools = await compileNativeTools(folder);
  for (const scenario of options.scenarios) {
    const known = last?.scenarios.find((result) => result.scenario === scenario.name);
    const references = options.kinds[0]?.name === 'stock' ? undefined : known?.references;
    const effort = options.effortOf(scenario);
    const { kinds, nodeOptions } = options;
    const result = await runScenario({ scenario, kinds, effort, tools, folder, nodeOptions, references });
    console.log(printScenario(result));
    results.push(result);
  }
} finally {
  await rm(folder, { recursive: true });
}

if (options.writes) {
  const merged: BenchResults = {
    machine: describeMachine(),
    scenarios: options.isWhole ? results : mergeScenarios(last?.scenarios ?? [], results),
  };
  await writeResults(merged);
  await writeReport(merged);
}
const wrong = results.filter(({ differing }) => differing.some(({ gateway }) => gateway.startsWith('ours')));
if (wrong.length > 0) {
  console.error(`Tributary answers otherwise: ${wrong.map(({ scenario }) => scenario).join(', ')}`);
  process.exitCode = 1;
}

// Private:

function mergeScenarios(
  before: readonly ScenarioResult[],
  now: readonly ScenarioResult[],
): readonly ScenarioResult[] {
  const fresh = new Map(now.map((result) => [result.scenario, result]));
  const kept = before.map((result) => fresh.get(result.scenario) ?? result);
  return [...kept, ...now.filter(({ scenario }) => !before.some((result) => result.scenario === scenario))];
}
