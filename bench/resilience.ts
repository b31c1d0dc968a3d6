import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSection } from '../e2e/src/marked-section.ts';
import { describeMachine, type Machine } from './harness/machine.ts';
import { compileNativeTools } from './harness/native.ts';
import { hanging } from './resilience/hanging.ts';
import { memory } from './resilience/memory.ts';
import { outage } from './resilience/outage.ts';
import { overhead } from './resilience/overhead.ts';
import { overload } from './resilience/overload.ts';
import { toFigures } from './resilience/page.ts';
import { retries } from './resilience/retries.ts';
import { rollingRestart } from './resilience/rolling-restart.ts';
import type { SectionResult } from './resilience/section.ts';

/**
 * Measures what failures cost those who are not concerned, and writes bench/resilience/results.json and the figures of
 * docs/resilience.md.
 *
 * Usage: npm run bench:resilience -- [--only hanging,outage,overload,retries,restart,memory,overhead] [--short] [--write]
 *   --short   seconds instead of minutes: shows that it works, its figures say little; nothing is written
 *   --write   writes the figures of a run of some sections too, beside the others' last ones
 */
const SECTIONS = [hanging, outage, overload, retries, rollingRestart, memory, overhead];
const RESULTS = new URL('resilience/results.json', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const names = values.only?.split(',') ?? SECTIONS.map(({ name }) => name);
const unknown = names.filter((name) => !SECTIONS.some((section) => section.name === name));
if (unknown.length > 0) throw new Error(`${unknown} is none of ${SECTIONS.map(({ name }) => name)}`);

const folder = await mkdtemp(join(tmpdir(), 'tributary-resilience-'));
const results: SectionResult[] = [];
try {
  const tools = await compileNativeTools(folder);
  for (const section of SECTIONS.filter(({ name }) => names.includes(name))) {
    console.log(`\n${section.title}`);
    const log = (line: string) => console.log(`  ${line}`);
    const result = await section.run({ tools, folder, isShort: values.short, log });
    for (const { about, asked, measured, holds } of result.claims) {
      console.log(`${holds ? 'holds' : 'FAILS'}  ${about}: ${measured}; asked: ${asked}`);
    }
    results.push(result);
  }
} finally {
  await rm(folder, { recursive: true });
}

if (!values.short && (values.only === undefined || values.write)) {
  const known = new Map((await readResults())?.sections.map((result) => [result.section, result]));
  for (const result of results) known.set(result.section, result);
  const sections = SECTIONS.map(({ name }) => known.get(name)).filter((result) => result !== undefined);
  const machine = describeMachine();
  await writeFile(RESULTS, `${JSON.stringify({ machine, sections }, undefined, 2)}\n`);
  await writeSection('docs/resilience.md', 'figures', toFigures(machine, SECTIONS, sections));
}
if (results.some(({ claims }) => claims.some(({ holds }) => !holds))) process.exitCode = 1;

// Private:

async function readResults(): Promise<{ machine: Machine; sections: readonly SectionResult[] } | undefined> {
  return existsSync(RESULTS) ? JSON.parse(await readFile(RESULTS, 'utf8')) : undefined;
}
