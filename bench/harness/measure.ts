import type { LoadResult } from './load.ts';
import { median } from './median.ts';
import type { RunningGateway } from './running-gateway.ts';

export interface Sample {
  /** Of the gateway's whole process tree. */
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
}

export interface GatewayMeasurement {
  readonly gateway: string;
  /** One of each round. */
  readonly samples: readonly Sample[];
  /** The same at half the load that the dearest gateway could bear. */
  readonly steadySamples: readonly Sample[];
  readonly fetchesPerRequest: number;
  readonly answerBytes: number;
  readonly latency: { readonly rate: number; readonly p50Ms: number; readonly p99Ms: number } | undefined;
  readonly peakRssMb: number;
}

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  /** Rounds at a fixed rate, after the others. Unset: none. */
  readonly steadyRounds?: number;
  /** Seconds at the fixed rate; 0 leaves latencies out. */
  readonly latencySeconds: number;
}

export interface GatewayLoad {
  readonly seconds: number;
  readonly connections: number;
  readonly rate?: number;
  readonly atLeast?: number;
}

export interface MeasureOptions extends Effort {
  /** Sent to each gateway before anything is measured, so that no operation is new. */
  readonly warmUpRequests: number;
  load(gateway: RunningGateway, load: GatewayLoad): Promise<LoadResult>;
  countFetches(): Promise<number>;
}

/**
 * One gateway after the other, round after round: what disturbs the machine for a while disturbs all of them. Latencies
 * come last, at one rate for all.
 */
export async function measure(
  gateways: readonly RunningGateway[],
  options: MeasureOptions,
): Promise<readonly GatewayMeasurement[]> {
  const { connections, warmUpSeconds, warmUpRequests, latencySeconds, steadyRounds = 0 } = options;
  const records = gateways.map((gateway) => ({ gateway, rounds: [] as Round[], steady: [] as Round[] }));
  for (const { gateway } of records) {
    await options.load(gateway, { seconds: warmUpSeconds, connections, atLeast: warmUpRequests });
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const { gateway, rounds } of records) rounds.push(await measureRound(gateway, options));
  }

  const rate = commonRate(records.map(({ rounds }) => medianCpu(rounds)));
  for (let round = 0; round < steadyRounds; round++) {
    for (const { gateway, steady } of records) steady.push(await measureRound(gateway, options, rate));
  }
  const measurements: GatewayMeasurement[] = [];
  for (const { gateway, rounds, steady } of records) {
    const latency =
      latencySeconds > 0
        ? await options.load(gateway, { seconds: latencySeconds, connections: LATENCY_CONNECTIONS, rate })
        : undefined;
    const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0);
    measurements.push({
      gateway: gateway.kind.name,
      samples: rounds.map(({ sample }) => sample),
      steadySamples: steady.map(({ sample }) => sample),
      fetchesPerRequest: sum(({ fetches }) => fetches) / sum(({ requests }) => requests),
      answerBytes: sum(({ bytes }) => bytes) / sum(({ requests }) => requests),
      latency: latency && { rate, p50Ms: latency.p50Ms, p99Ms: latency.p99Ms },
      peakRssMb: gateway.usage().peakRssMb,
    });
  }
  return measurements;
}

// Private:

const LATENCY_CONNECTIONS = 64;

interface Round {
  readonly sample: Sample;
  readonly requests: number;
  readonly fetches: number;
  readonly bytes: number;
}

/** At a rate, or as fast as it answers. */
async function measureRound(gateway: RunningGateway, options: MeasureOptions, rate?: number): Promise<Round> {
  const { seconds, connections } = options;
  const fetchesBefore = await options.countFetches();
  const before = gateway.usage();
  const result = await options.load(gateway, { seconds, connections, ...(rate && { rate }) });
  const after = gateway.usage();
  return {
    sample: {
      cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / result.answered,
      requestsPerSecond: result.answered / result.seconds,
    },
    requests: result.answered,
    fetches: (await options.countFetches()) - fetchesBefore,
    bytes: result.bodyBytes,
  };
}

/** Half of what the dearest gateway could answer on one core. */
function commonRate(cpuMicros: readonly number[]): number {
  return Math.max(1, Math.floor(500_000 / Math.max(...cpuMicros)));
}

function medianCpu(rounds: readonly Round[]): number {
  return median(rounds.map(({ sample }) => sample.cpuMicrosPerRequest));
}
