import { OTHERS, type Subject, TESTS, type TestName, toSubject, total } from './counts.ts';
import type { Tally } from './evidence.ts';
import { type TestMemory, threshold, weightOfRank } from './sequential-test.ts';
import type { Watch } from './watch.ts';

/** A test that has found the canary to be worse. */
export interface Harm extends Subject {
  /** Undefined for all of them together. */
  readonly operation: string | undefined;
  readonly test: TestName;
  /** Evidence and what was needed of it, as logarithms. */
  readonly log: number;
  readonly threshold: number;
}

/** What a watch amounts to. */
export interface Assessment {
  readonly share: number;
  /** Failures of all operations at this share. */
  readonly live: Tally;
  readonly canary: Tally;
  /** The surest first; of all operations together last. */
  readonly harms: readonly Harm[];
  /** How near the nearest test is to finding harm: 1 has found it. */
  readonly suspicion: number;
  /** How near this share is to showing that there is no harm: 1 has shown it. */
  readonly confidence: number;
}

export interface Sureness {
  /** How probable it may be that a release as good as the live one is rolled back, in its whole life. */
  readonly alpha: number;
  /** How probable it may be that one of which five more requests in a hundred fail, or 15 more are slow, passes a step. */
  readonly beta: number;
}

export const SURE: Sureness = { alpha: 0.01, beta: 0.05 };

export function assess(watch: Watch, upperBoundsMs: readonly number[], sure = SURE): Assessment {
  const seen = new Map(watch.seen.map((counts) => [counts.operation, counts]));
  const together = total(watch.seen);
  const harms: Harm[] = [];
  let suspicion = 0;
  const judge = (memory: TestMemory, weight: number, subject: Omit<Harm, 'log' | 'threshold'>) => {
    const needed = threshold(memory, sure.alpha, weight);
    suspicion = Math.max(suspicion, Math.min(1, memory.log / needed));
    if (memory.log >= needed) harms.push({ ...subject, log: memory.log, threshold: needed });
  };
  for (const [rank, { operation, tests }] of watch.operations.entries()) {
    const counts = seen.get(operation);
    if (counts === undefined) continue;
    const weight = (HALF * weightOfRank(rank)) / TESTS.length;
    for (const test of TESTS) {
      const subject = toSubject(test, counts, counts.live.latency, upperBoundsMs);
      if (subject !== undefined) judge(tests[test], weight, { operation, test, ...subject });
    }
  }
  harms.sort((one, other) => other.log - other.threshold - (one.log - one.threshold));
  const comparable = total(watch.seen.filter(({ operation }) => operation !== OTHERS));
  judge(watch.together, HALF, { operation: undefined, test: 'errors', arms: comparable });
  const { failures, slow } = watch.harmless;
  const confidence = Math.min(failures, slow) / Math.log(1 / sure.beta);
  return {
    share: watch.share,
    ...together,
    harms,
    suspicion,
    confidence: Math.min(1, Math.max(0, confidence)),
  };
}

// Private:

/** One half of α is for all operations together, the other for each of them. */
const HALF = 1 / 2;
