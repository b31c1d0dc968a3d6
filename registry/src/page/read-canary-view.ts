import { LATENCY_UPPER_BOUNDS_MS } from '@tributary/supergraph-delivery';
import type { Kysely } from 'kysely';
import { quantileMs } from '../domain/canary/latency.ts';
import { type ArmRow, readArms, readWatch } from '../store/canaries.ts';
import { type ArmBin, readArmBins, readLastShare, readSteps } from '../store/canary-history.ts';
import type { Tables } from '../store/tables.ts';
import type { ArmView, CanaryView, OperationView } from './canary-section.ts';
import type { Point, Series } from './line-chart.ts';

export interface CanaryOf {
  readonly environment: string;
  readonly number: number;
  readonly isRunning: boolean;
  /** As they are now, in percent. */
  readonly steps: readonly number[];
}

/** What is known of a release that is, or was, a canary; undefined for one that never was. */
export async function readCanaryView(
  db: Kysely<Tables>,
  { environment, number, isRunning, steps }: CanaryOf,
): Promise<CanaryView | undefined> {
  const watch = await readWatch(db, environment, number);
  if (watch === undefined && !isRunning) return undefined;
  const { seconds, bins } = await readArmBins(db, environment, number, MOST_POINTS);
  const marks = await readSteps(db, environment, number);
  const share = await readLastShare(db, environment, number);
  const rows = share === undefined ? [] : await readArms(db, { environment, number, share, seconds: 0 });
  return {
    status: watch?.status,
    isRunning,
    steps,
    series: (['live', 'canary'] as const).map((arm) => toSeries(arm, bins, seconds)),
    marks: marks.map((mark) => ({ at: mark.at.getTime(), label: `${mark.share} %` })),
    operations: toOperations(rows).slice(0, MOST_OPERATIONS),
  };
}

// Private:

const MOST_POINTS = 150;
const MOST_OPERATIONS = 20;
const QUANTILES = [0.5, 0.9, 0.99];

function toSeries(arm: 'live' | 'canary', bins: readonly ArmBin[], seconds: number): Series {
  const points: Point[] = [];
  for (const bin of bins) {
    if (bin.arm !== arm) continue;
    const at = bin.at.getTime();
    const before = points.at(-1);
    // A time without reports is a gap.
    if (before !== undefined && at - before.at > seconds * 3_000) {
      points.push({ at: before.at + 1, value: null });
    }
    points.push({ at, value: bin.requests === 0n ? null : Number(bin.errors) / Number(bin.requests) });
  }
  return { kind: arm, name: arm === 'live' ? 'live release' : 'canary', points };
}

function toOperations(rows: readonly ArmRow[]): readonly OperationView[] {
  const operations = new Map<string, OperationView>();
  for (const row of rows) {
    const known = operations.get(row.operation) ?? { name: nameOf(row), live: NO_ARM, canary: NO_ARM };
    operations.set(row.operation, { ...known, [row.arm]: toArm(row) });
  }
  return [...operations.values()];
}

const NO_ARM: ArmView = { requests: 0, errors: 0, quantilesMs: QUANTILES.map(() => undefined) };

function nameOf({ operation, name }: ArmRow): string {
  return operation === '' ? 'all others' : (name ?? operation.slice(0, 12));
}

function toArm({ requests, errors, latency }: ArmRow): ArmView {
  const counts = latency.map(Number);
  return {
    requests: Number(requests),
    errors: Number(errors),
    quantilesMs: QUANTILES.map((share) => quantileMs(counts, share, LATENCY_UPPER_BOUNDS_MS)),
  };
}
