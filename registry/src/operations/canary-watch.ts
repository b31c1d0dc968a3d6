import { LATENCY_UPPER_BOUNDS_MS } from '@tributary/supergraph-delivery';
import type { Kysely, Transaction } from 'kysely';
import type { CanaryStatus } from '../contract/canary.ts';
import { assess } from '../domain/canary/assess.ts';
import { type ArmCounts, NO_COUNTS, type OperationCounts } from '../domain/canary/counts.ts';
import { type NextStep, nextStep, type StepSettings } from '../domain/canary/next-step.ts';
import { beginWatch, observe } from '../domain/canary/watch.ts';
import {
  type ArmRow,
  forgetWatches,
  noteStep,
  readArms,
  readCanaries,
  readWatch,
  tryLockCanary,
  writeWatch,
} from '../store/canaries.ts';
import { lockEnvironment } from '../store/environments.ts';
import type { Tables } from '../store/tables.ts';
import { REGISTRY_ACTOR, transition } from './release-life.ts';
import { reportRollback } from './rollback-report.ts';

export interface CanaryWatchOptions {
  readonly db: Kysely<Tables>;
  readonly settings: StepSettings;
  readonly now: () => Date;
  /** False: it looks and tells, and people decide. */
  readonly decides?: boolean;
  /** How often it is seen whether there is something to look at. */
  readonly intervalMs?: number;
  /** The least time between two looks, in seconds: what one burst of retries brings should be one look. */
  readonly lookSeconds?: number;
  /** Called after a commit that changed what gateways are to serve. */
  readonly onRelease: (environment: string) => void;
  readonly onDecision?: (decision: CanaryDecision) => void;
  readonly onError: (error: unknown) => void;
}

export const CANARY_DECISIONS = ['step', 'complete', 'roll-back', 'undecided'] as const;

export interface CanaryDecision {
  readonly environment: string;
  readonly release: number;
  readonly kind: (typeof CANARY_DECISIONS)[number];
  /** The share that it had. */
  readonly share: number;
  readonly summary?: string;
}

/**
 * Takes canaries through their steps, and back. Of several registries on one database one looks at a time, in one
 * transaction: what it saw, what it makes of it and what it decides are there together or not at all, and whichever looks next
 * goes on from there. One statement per interval while there is no canary.
 */
export function watchCanaries(options: CanaryWatchOptions): AsyncDisposable {
  const { db, intervalMs = 1_000, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let known = '';

  async function tick(): Promise<void> {
    try {
      const canaries = await readCanaries(db);
      for (const { environment } of canaries) await lookAtCanary(options, environment);
      const now = canaries.map(({ environment, number }) => `${environment} ${number}`).join();
      if (now !== known) await forgetWatches(db);
      known = now;
    } catch (error) {
      onError(error);
    }
    if (!isStopped) timer = setTimeout(next, intervalMs);
  }
  let ticking = Promise.resolve();
  function next(): void {
    ticking = tick();
  }
  timer = setTimeout(next, intervalMs);
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await ticking;
    },
  };
}

/** One look, if it is time for one and nobody else is looking. */
export async function lookAtCanary(
  options: CanaryWatchOptions,
  environment: string,
): Promise<CanaryDecision | undefined> {
  const decision = await options.db
    .transaction()
    .execute((transaction) => lookLocked(transaction, options, environment));
  if (decision === undefined) return undefined;
  if (decision.kind !== 'undecided') options.onRelease(environment);
  options.onDecision?.(decision);
  return decision;
}

// Private:

const LOOK_SECONDS = 5;

async function lookLocked(
  transaction: Transaction<Tables>,
  { settings, now, decides = true, lookSeconds = LOOK_SECONDS }: CanaryWatchOptions,
  environment: string,
): Promise<CanaryDecision | undefined> {
  if (!(await tryLockCanary(transaction, environment))) return undefined;
  const [canary] = await readCanaries(transaction, environment);
  if (canary === undefined) return undefined;
  const { number, share, seconds } = canary;
  const before = await readWatch(transaction, environment, number);
  if (before !== undefined && before.status.share === share && before.secondsSinceLook < lookSeconds) {
    return undefined;
  }
  const rows = await readArms(transaction, canary);
  const counts = toCounts(rows);
  const upperBoundsMs = LATENCY_UPPER_BOUNDS_MS;
  const watch = observe(before?.watch ?? beginWatch(share), { share, counts, upperBoundsMs });
  const assessment = assess(watch, upperBoundsMs);
  const next = nextStep(assessment, seconds, settings);
  const status = toStatus(assessment, next, { seconds, settings });
  await noteStep(transaction, canary);
  await writeWatch(transaction, canary, { watch, status });

  const decided = { environment, release: number, share };
  if (next.kind === 'hold') {
    const isNew = next.undecided && before?.status.undecided !== true;
    return isNew ? { ...decided, kind: 'undecided' } : undefined;
  }
  if (!decides) return undefined;
  await lockEnvironment(transaction, environment);
  const [still] = await readCanaries(transaction, environment);
  // Somebody took it on or back meanwhile, by hand.
  if (still?.number !== number || still.share !== share) return undefined;
  const common = { environment, number, actor: REGISTRY_ACTOR, at: now() };
  if (next.kind === 'step') {
    const isLast = next.share === 100;
    const event = isLast
      ? ({ event: 'completed' } as const)
      : ({ event: 'stepped', share: next.share } as const);
    if ((await transition(transaction, { ...common, ...event })) === undefined) return undefined;
    return { ...decided, kind: isLast ? 'complete' : 'step' };
  }
  const names = new Map(rows.map(({ operation, name }) => [operation, name]));
  const report = await reportRollback(transaction, {
    canary,
    assessment,
    counts,
    names,
    harm: next.harm,
  });
  const outcome = await transition(transaction, { ...common, event: 'harmed', report: { ...report } });
  return outcome && { ...decided, kind: 'roll-back', summary: report.summary };
}

function toCounts(rows: readonly ArmRow[]): readonly OperationCounts[] {
  const operations = new Map<string, { live: ArmCounts; canary: ArmCounts }>();
  for (const { arm, operation, requests, errors, latency } of rows) {
    const counts = operations.get(operation) ?? { live: NO_COUNTS, canary: NO_COUNTS };
    counts[arm] = { requests: Number(requests), errors: Number(errors), latency: latency.map(Number) };
    operations.set(operation, counts);
  }
  return [...operations].map(([operation, counts]) => ({ operation, ...counts }));
}

function toStatus(
  { share, live, canary, suspicion, confidence }: ReturnType<typeof assess>,
  next: NextStep,
  { seconds, settings }: { readonly seconds: number; readonly settings: StepSettings },
): CanaryStatus {
  return {
    share,
    nextShare: settings.steps.find((step) => step > share) ?? 100,
    hold: next.kind === 'hold' ? next.because : null,
    undecided: next.kind === 'hold' && next.undecided,
    seconds: Math.round(seconds),
    live,
    canary,
    suspicion,
    confidence,
  };
}
