import { median } from '../harness/median.ts';
import type { BenchResults } from '../harness/results.ts';
import type { ScenarioResult } from '../harness/run-scenario.ts';

export type Measured = ScenarioResult['measured'][number];

/** Undefined where the scenario or the gateway was not measured. */
export function findMeasured(results: BenchResults, scenario: string, gateway: string): Measured | undefined {
  return results.scenarios
    .find((result) => result.scenario === scenario)
    ?.measured.find((measured) => measured.gateway === gateway);
}

export function cpuOf({ samples }: Measured): number {
  return median(samples.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest));
}

/** The median of the rounds' own ratios: what slowed one round down slowed both. */
export function cpuRatio(one: Measured, other: Measured): number {
  const ratios = one.samples.map(
    ({ cpuMicrosPerRequest }, round) =>
      cpuMicrosPerRequest / (other.samples[round]?.cpuMicrosPerRequest ?? Number.NaN),
  );
  return median(ratios);
}

/** Three digits, thousands separated: 28,700 and 97.5. */
export function formatNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** How much of the other: `1/45` or `1.4x`. */
export function formatRatio(ratio: number): string {
  return ratio < 0.5 ? `1/${formatNumber(1 / ratio)}` : `${formatNumber(ratio)}x`;
}
