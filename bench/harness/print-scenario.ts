import { median } from './median.ts';
import type { ScenarioResult } from './run-scenario.ts';

/** The result as a table for a terminal. */
export function printScenario({ scenario, measured, differing }: ScenarioResult): string {
  const lines = [
    '',
    scenario,
    'gateway          CPU µs/request (lowest-highest)   req/s   p50 ms   p99 ms  fetches   bytes  peak MB  answer',
  ];
  for (const gateway of measured) {
    const cpu = gateway.samples.map((sample) => sample.cpuMicrosPerRequest);
    const perSecond = median(gateway.samples.map((sample) => sample.requestsPerSecond));
    const range = `(${Math.min(...cpu).toFixed(0)}-${Math.max(...cpu).toFixed(0)})`;
    const columns = [
      gateway.gateway.padEnd(16),
      median(cpu).toFixed(0).padStart(7),
      range.padEnd(24),
      perSecond.toFixed(0).padStart(7),
      (gateway.latency?.p50Ms.toFixed(2) ?? '').padStart(8),
      (gateway.latency?.p99Ms.toFixed(2) ?? '').padStart(8),
      gateway.fetchesPerRequest.toFixed(1).padStart(8),
      gateway.answerBytes.toFixed(0).padStart(7),
      gateway.peakRssMb.toFixed(0).padStart(8),
      ` ${gateway.agreement}`,
    ];
    lines.push(columns.join(' '));
  }
  for (const { gateway, answer } of differing) lines.push(`${gateway} answers differently: ${answer}`);
  return lines.join('\n');
}
