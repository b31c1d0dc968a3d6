import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENGINES } from './engines.ts';
import { differentFailures, keepFailure } from './keep-case.ts';
import { runAll } from './run-all.ts';
import type { Tally } from './tally.ts';
import { tellCase } from './tell-case.ts';

// npm run test:differential -- --cases 1000000 --seed 7 --workers 8
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.min(8, availableParallelism())) },
    /** How many failing cases are made small and kept, one of each way to fail. */
    keep: { type: 'string', default: '5' },
    /** A kept case to be told in full. */
    replay: { type: 'string' },
  },
});

const started = performance.now();
if (values.replay === undefined) await judgeMany();
else console.log(await tellCase(JSON.parse(readFileSync(values.replay, 'utf8')), ENGINES));

async function judgeMany(): Promise<void> {
  let told = 0;
  const { tally, givenUp } = await runAll({
    cases: Number(values.cases),
    seed: values.seed,
    workers: Number(values.workers),
    patienceMs: 60_000,
    onProgress({ cases, failures }) {
      if (cases - told < 2000) return;
      told = cases;
      console.log(`${cases} cases, ${failures.length} failures, ${elapsedSeconds()} s`);
    },
  });
  console.log(summary(tally));
  if (givenUp.length > 0) console.log(`Given up, too slow or too large to plan: ${givenUp.join(' ')}`);
  for (const failure of differentFailures(tally.failures).slice(0, Number(values.keep))) {
    for (const { engine, problem } of failure.findings) console.log(`${engine}: ${problem.slice(0, 500)}`);
    console.log(`kept as ${await keepFailure(failure, ENGINES)}`);
  }
  const reports = process.env.TEST_REPORT_DIRECTORY;
  if (reports !== undefined) writeFileSync(join(reports, 'differential.json'), JSON.stringify(report(tally)));
  process.exitCode = tally.failures.length > 0 || givenUp.length > tally.federations / 100 ? 1 : 0;
}

/** The part of vitest's JSON report that .ci/run adds up. */
function report({ cases, failures }: Tally): object {
  return {
    numPassedTests: cases - failures.length,
    numFailedTests: failures.length,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
}

function summary({ federations, cases, voids, byExpectation, faultFree, ...rest }: Tally): string {
  const { faultFreeAsText, partialAsText, stepAsides, fetches, failures } = rest;
  return [
    `${cases} cases in ${federations} federations (${voids} drawn in vain), ${elapsedSeconds()} s`,
    `judged by: ${counts(byExpectation)}`,
    `fetches: ${counts(fetches)}`,
    `compiled: ${faultFreeAsText} of ${faultFree} fault-free cases (${((100 * faultFreeAsText) / faultFree).toFixed(1)} %), and ${partialAsText} answers in part`,
    ...(Object.keys(stepAsides).length > 0 ? [`stepped aside: ${counts(stepAsides)}`] : []),
    `${failures.length} failures`,
  ].join('\n');
}

function counts(record: Readonly<Record<string, number>>): string {
  return Object.entries(record)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function elapsedSeconds(): number {
  return Math.round((performance.now() - started) / 1000);
}
