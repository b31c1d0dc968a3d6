import { writeFile } from 'node:fs/promises';
import type { BenchResults } from '../harness/results.ts';
import { scenarios } from '../scenarios/index.ts';
import { checkClaims } from './claims.ts';
import { drawPlot } from './plot.ts';
import { labelOf, overviewTable, scenarioList, scenarioTable, table } from './tables.ts';

const page = new URL('../../docs/performance.md', import.meta.url);
const plot = new URL('../../docs/images/performance.svg', import.meta.url);

/** docs/performance.md and its picture. Each figure in them is of bench/results.json. */
export async function writeReport(results: BenchResults): Promise<void> {
  const principal = results.scenarios.filter(({ scenario }) =>
    scenarios.some(({ name, isPrincipal }) => name === scenario && isPrincipal),
  );
  await writeFile(plot, drawPlot(principal.slice(0, 2)));
  await writeFile(page, `${toPage(results, principal)}\n`);
}

// Private:

function toPage(results: BenchResults, principal: BenchResults['scenarios']): string {
  const { cpu, cores, memoryGb, node, kernel } = results.machine;
  return [
    '<!-- Written by `npm run bench -- --report` from bench/results.json. Changes by hand are lost. -->',
    '# What a request costs',
    `CPU time of the gateway's whole process for each client request, as the kernel counts it: Tributary, other gateways for
Node, and the floor, which is a bare proxy that makes the same fetches as Tributary and sends the same bytes without
looking at any. Measured with \`npm run bench\`, on the days that [the last table](#all-scenarios) gives: ${cores} x ${cpu}, ${memoryGb} GB, Linux ${kernel}, Node ${node}.`,
    '![CPU time for each request, nested and home](images/performance.svg)',
    '## What was asked of it',
    claimTable(results),
    ...principal.flatMap((result) => [`## ${headingOf(result.scenario)}`, scenarioTable(result)]),
    '## All scenarios',
    `CPU microseconds for each request, the median of the rounds. "differs" is a gateway whose answer is another one: what
it costs is no comparison.`,
    overviewTable(results),
    scenarioList(results),
    differingList(results),
    '## How it is measured',
    METHOD,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function claimTable(results: BenchResults): string {
  const rows = checkClaims(results).map(({ about, asked, measured, holds }) => [
    about,
    asked,
    measured,
    holds ? 'yes' : '**no**',
  ]);
  return table(['', 'at most', 'measured', 'holds'], rows);
}

function headingOf(scenario: string): string {
  const about = scenarios.find(({ name }) => name === scenario)?.about;
  return about === undefined ? scenario : `${scenario}: ${about}`;
}

function differingList(results: BenchResults): string {
  const lines = results.scenarios.flatMap(({ scenario, differing }) =>
    differing.map(({ gateway, answer }) => `- ${labelOf(gateway)}, ${scenario}: \`${answer.slice(0, 120)}\``),
  );
  return lines.length === 0 ? '' : `Other answers than stock's:\n\n${lines.join('\n')}`;
}

const METHOD = `- **Subgraphs** ([bench/federations](../bench/federations)) are real ones whose answers are kept by request body and
  served from memory ([memo-server.c](../bench/native/memo-server.c)): they cost next to nothing, and every gateway gets
  the same bytes.
- **Load** comes from [load.c](../bench/native/load.c), with another \`authorization\` header on each request, which every
  gateway sends on: no gateway can share work between two requests. CPU is measured while 16 connections ask as fast as
  they are answered; p50 and p99 at a fixed rate, the same for all gateways, from the moment a request was due.
- **Rounds** are interleaved: each gateway in turn, a process of its own with \`NODE_ENV=production\`, warmed up before.
  A ratio is the median of the rounds' ratios.
- **Answers** are compared before anything is measured. "same data" is the same JSON with keys in another order.
- **Gateways** ([bench/gateways](../bench/gateways)) are installed from their own lockfile, set up as their documentation
  shows. Tributary runs as \`gateway/src/main.ts\`, unless said otherwise with tracing off and room in its limits, as the
  others have neither.
- It needs Linux and a C compiler (Debian: gcc, libc6-dev). Raw results: [bench/results.json](../bench/results.json). \`npm run bench -- --quick --only nested\` is a shorter look.`;
