import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Machine } from './machine.ts';
import type { ScenarioResult } from './run-scenario.ts';

/** bench/results.json: every figure of docs/performance.md comes from it. */
export interface BenchResults {
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
}

const file = new URL('../results.json', import.meta.url);

export async function readResults(): Promise<BenchResults | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as BenchResults;
}

export async function writeResults(results: BenchResults): Promise<void> {
  const round = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(5)) : value;
  await writeFile(file, `${JSON.stringify(results, round, 2)}\n`);
}
