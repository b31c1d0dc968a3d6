import { gatewayKinds } from '../harness/gateway-kinds.ts';
import type { BenchResults } from '../harness/results.ts';
import type { ScenarioResult } from '../harness/run-scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { cpuOf, cpuRatio, findMeasured, formatNumber, formatRatio, type Measured } from './figures.ts';

/** One scenario, all that was measured of each gateway. */
export function scenarioTable({ measured }: ScenarioResult): string {
  const stock = measured.find(({ gateway }) => gateway === 'stock');
  const rows = measured.map((row) => [
    labelOf(row.gateway),
    `${formatNumber(cpuOf(row))} (${rangeOf(row)})`,
    stock === undefined || stock === row ? '' : formatRatio(cpuRatio(row, stock)),
    row.latency === undefined ? '' : row.latency.p50Ms.toFixed(1),
    row.latency === undefined ? '' : row.latency.p99Ms.toFixed(1),
    formatNumber(row.fetchesPerRequest),
    formatNumber(row.peakRssMb),
    row.agreement,
  ]);
  const rate = measured.find(({ latency }) => latency !== undefined)?.latency?.rate;
  const at = rate === undefined ? '' : ` at ${rate}/s`;
  return table(
    [
      'gateway',
      'CPU µs (lowest-highest)',
      'of stock',
      `p50 ms${at}`,
      `p99 ms${at}`,
      'fetches',
      'peak RSS MB',
      'answer',
    ],
    rows,
  );
}

/** All scenarios, CPU microseconds for each request. */
export function overviewTable(results: BenchResults): string {
  const kinds = gatewayKinds.filter(({ name }) =>
    results.scenarios.some(({ measured }) => measured.some(({ gateway }) => gateway === name)),
  );
  const rows = results.scenarios.map(({ scenario, date, measured, differing }) => [
    scenario,
    date,
    formatNumber(measured[0]?.answerBytes ?? 0),
    ...kinds.map(({ name }) => {
      const found = findMeasured(results, scenario, name);
      if (found !== undefined) return formatNumber(cpuOf(found));
      return differing.some(({ gateway }) => gateway === name) ? 'differs' : '';
    }),
  ]);
  return table(['scenario', 'measured on', 'bytes', ...kinds.map(({ name }) => name)], rows);
}

export function scenarioList(results: BenchResults): string {
  return results.scenarios
    .map(({ scenario }) => {
      const about = scenarios.find(({ name }) => name === scenario)?.about ?? 'no longer measured';
      return `- **${scenario}**: ${about}.`;
    })
    .join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function labelOf(gateway: string): string {
  return gatewayKinds.find(({ name }) => name === gateway)?.label ?? gateway;
}

// Private:

function rangeOf({ samples }: Measured): string {
  const cpu = samples.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest);
  return `${formatNumber(Math.min(...cpu))}-${formatNumber(Math.max(...cpu))}`;
}
