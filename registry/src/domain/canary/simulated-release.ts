import { assess, type Harm } from './assess.ts';
import type { ArmCounts, OperationCounts } from './counts.ts';
import { nextStep } from './next-step.ts';
import { beginWatch, observe } from './watch.ts';

/** For tests and for looking at the statistics: a canary's life with drawn requests, without gateways or a database. */
export interface Simulation {
  readonly random: () => number;
  readonly requestsPerSecond: number;
  readonly operations: readonly SimulatedOperation[];
  readonly steps?: readonly number[];
  /** Users, each in one arm for ever. */
  readonly users?: number;
  /** Added to the canary: a share of requests that fail, a factor of time. */
  readonly harm?: {
    readonly operation?: number;
    readonly errors?: number;
    readonly slower?: number;
    readonly afterSeconds?: number;
  };
  /** 60 as the registry has it. */
  readonly leastSeconds?: number;
  /** Until it is decided or so much time has passed. */
  readonly maxSeconds?: number;
  /** The factor of all failures in this second, in both arms: incidents, times of day. */
  readonly weather?: (second: number) => number;
}

export interface SimulatedOperation {
  /** Of the requests; all add up to 1. */
  readonly part: number;
  readonly errors: number;
  readonly medianMs: number;
  /** Of the logarithm of the time. */
  readonly deviation: number;
}

export interface SimulatedEnd {
  readonly kind: 'rolled-back' | 'live' | 'held';
  readonly share: number;
  readonly seconds: number;
  readonly harm?: Harm | undefined;
}

const REPORT_SECONDS = 5;
/** A fifth more each, from 1 ms to a minute. */
export const BOUNDS_MS = Array.from({ length: 61 }, (_, bucket) => 1.2 ** bucket);

export function simulateRelease(simulation: Simulation): SimulatedEnd {
  const { random, requestsPerSecond, operations, users = 10_000, maxSeconds = 3_600 } = simulation;
  const { harm, weather = () => 1, steps = [1, 10, 50], leastSeconds = 60 } = simulation;
  const inCanary = Array.from({ length: users }, () => random() * 100);
  const trouble = Array.from({ length: users }, () => Math.exp(normal(random) * 0.5 - 0.125));
  let [share = 1] = steps;
  let since = 0;
  let watch = beginWatch(share);
  let counts = operations.map(noCounts);
  for (let second = 0; second < maxSeconds; second++) {
    const today = weather(second);
    for (let request = 0; request < requestsPerSecond; request++) {
      const user = Math.floor(random() * users);
      const index = pick(operations, random());
      const operation = operations[index] as SimulatedOperation;
      const canary = (inCanary[user] ?? 0) < share;
      const harmed =
        canary &&
        second >= (harm?.afterSeconds ?? 0) &&
        (harm?.operation === undefined || harm.operation === index);
      const failing = Math.min(0.95, operation.errors * today * (trouble[user] ?? 1));
      const failed = random() < failing || (harmed && random() < (harm?.errors ?? 0));
      const ms =
        operation.medianMs *
        Math.exp(normal(random) * operation.deviation) *
        (harmed ? (harm?.slower ?? 1) : 1);
      add(counts[index]?.[canary ? 'canary' : 'live'], failed, ms);
    }
    if ((second + 1) % REPORT_SECONDS !== 0) continue;
    watch = observe(watch, { share, counts: structuredClone(counts), upperBoundsMs: BOUNDS_MS });
    const next = nextStep(assess(watch, BOUNDS_MS), second + 1 - since, {
      steps,
      leastSeconds,
      holdSeconds: 3_600,
      whenUndecided: 'hold',
    });
    if (next.kind === 'roll-back')
      return { kind: 'rolled-back', share, seconds: second + 1, harm: next.harm };
    if (next.kind === 'step') {
      if (next.share === 100) return { kind: 'live', share, seconds: second + 1 };
      share = next.share;
      since = second + 1;
      counts = operations.map(noCounts);
    }
  }
  return { kind: 'held', share, seconds: maxSeconds };
}

/** A typical mixture: a few operations that are most of the traffic, and a tail. */
export function someOperations(count: number, random: () => number): readonly SimulatedOperation[] {
  const parts = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const all = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => ({
    part: part / all,
    errors: [0, 0.0005, 0.002, 0.01, 0.05][Math.floor(random() * 5)] ?? 0,
    medianMs: 3 + random() * 100,
    deviation: 0.3 + random() * 0.7,
  }));
}

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Private:

type Mutable = { -readonly [Key in keyof ArmCounts]: Key extends 'latency' ? number[] : ArmCounts[Key] };

function noCounts(_: unknown, index: number): OperationCounts & { live: Mutable; canary: Mutable } {
  const none = () => ({ requests: 0, errors: 0, latency: BOUNDS_MS.map(() => 0).concat(0) });
  return { operation: `operation ${index}`, live: none(), canary: none() };
}

function add(counts: Mutable | undefined, failed: boolean, ms: number): void {
  if (counts === undefined) return;
  counts.requests++;
  if (failed) counts.errors++;
  const bucket = Math.min(BOUNDS_MS.length, Math.max(0, Math.ceil(Math.log(ms) / Math.log(1.2))));
  counts.latency[bucket] = (counts.latency[bucket] ?? 0) + 1;
}

function pick(operations: readonly SimulatedOperation[], at: number): number {
  let rest = at;
  const index = operations.findIndex(({ part }) => {
    rest -= part;
    return rest < 0;
  });
  return index === -1 ? 0 : index;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
