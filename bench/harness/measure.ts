import type { LoadResult } from './load.ts';
import type { RunningGateway } from './running-gateway.ts';

export interface Sample {
  /** Of the gateway's whole process tree. */
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
}

export interface GatewayMeasurement {
  readonly gateway: string;
  readonly samples: readonly Sample[];
  readonly fetchesPerRequest: number;
  readonly answerBytes: number;
  readonly latency: { readonly rate: number; readonly p50Ms: number; readonly p99Ms: number } | undefined;
  readonly peakRssMb: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly connections: number;
  /** Seconds at the fixed rate; 0 leaves latencies out. */
  readonly latencySeconds: number;
  load(gateway: RunningGateway, seconds: number, connections: number, rate?: number): Promise<LoadResult>;
  countFetches(): Promise<number>;
}

/**
 * One gateway after the other, round after round: what disturbs the machine for a while disturbs all of them. Latencies
 * come last, at one rate for all: half of what the dearest gateway could take on one core.
 */
export async function measure(
  gateways: readonly RunningGateway[],
  options: MeasureOptions,
): Promise<readonly GatewayMeasurement[]> {
  const records = gateways.map((gateway) => ({
    gateway,
    samples: [] as Sample[],
    fetches: 0,
    requests: 0,
    bytes: 0,
  }));
  for (const { gateway } of records) await options.load(gateway, options.warmUpSeconds, options.connections);
  for (let round = 0; round < options.rounds; round++) {
    for (const record of records) {
      const fetchesBefore = await options.countFetches();
      const before = record.gateway.usage();
      const result = await options.load(record.gateway, options.seconds, options.connections);
      const after = record.gateway.usage();
      record.samples.push({
        cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / result.answered,
        requestsPerSecond: result.answered / result.seconds,
      });
      record.fetches += (await options.countFetches()) - fetchesBefore;
      record.requests += result.answered;
      record.bytes += result.bodyBytes;
    }
  }

  const dearest = Math.max(
    ...records.map(({ samples }) => median(samples.map((sample) => sample.cpuMicrosPerRequest))),
  );
  const rate = Math.max(1, Math.floor(500_000 / dearest));
  const measurements: GatewayMeasurement[] = [];
  for (const { gateway, samples, fetches, requests, bytes } of records) {
    const latency =
      options.latencySeconds > 0 ? await options.load(gateway, options.latencySeconds, 64, rate) : undefined;
    measurements.push({
      gateway: gateway.kind.name,
      samples,
      fetchesPerRequest: fetches / requests,
      answerBytes: bytes / requests,
      latency: latency && { rate, p50Ms: latency.p50Ms, p99Ms: latency.p99Ms },
      peakRssMb: gateway.usage().peakRssMb,
    });
  }
  return measurements;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
