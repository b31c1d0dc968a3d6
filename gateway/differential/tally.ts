import type { Case } from './case.ts';
import type { Finding, Verdict } from './judge/run-case.ts';

/** What a part of a run came to; plain data, it crosses from a worker. */
export interface Tally {
  readonly federations: number;
  readonly cases: number;
  readonly voids: number;
  readonly byExpectation: Readonly<Record<string, number>>;
  readonly faultFree: number;
  /** Of the fault-free ones, those that the compiled code answered. */
  readonly faultFreeAsText: number;
  /** Answers in part that the compiled code gave. */
  readonly partialAsText: number;
  /** Why the compiled code left cases to the complete executor, fault-free ones only. */
  readonly stepAsides: Readonly<Record<string, number>>;
  /** Fetches by engine. */
  readonly fetches: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly case: Case;
  readonly findings: readonly Finding[];
}

export const NOTHING: Tally = {
  federations: 0,
  cases: 0,
  voids: 0,
  byExpectation: {},
  faultFree: 0,
  faultFreeAsText: 0,
  partialAsText: 0,
  stepAsides: {},
  fetches: {},
  failures: [],
};

export function tallyOf(drawn: Case, verdict: Verdict): Tally {
  if (verdict.kind === 'void') return { ...NOTHING, voids: 1 };
  const { expectation, runs, findings } = verdict;
  const isFaultFree = drawn.faults.length === 0;
  const compiled = runs.find(({ engine }) => engine === 'compiled');
  const stepAside =
    isFaultFree && compiled !== undefined && compiled.text === undefined
      ? (compiled.stepAside ?? 'unknown')
      : undefined;
  return {
    federations: 0,
    cases: 1,
    voids: 0,
    byExpectation: { [expectation]: 1 },
    faultFree: isFaultFree ? 1 : 0,
    faultFreeAsText: isFaultFree && compiled?.text !== undefined ? 1 : 0,
    partialAsText: compiled?.text !== undefined && compiled.result.errors !== undefined ? 1 : 0,
    stepAsides: stepAside === undefined ? {} : { [stepAside]: 1 },
    fetches: Object.fromEntries(runs.map(({ engine, fetches }) => [engine, fetches.length])),
    failures: findings.length > 0 ? [{ case: drawn, findings }] : [],
  };
}

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    federations: a.federations + b.federations,
    cases: a.cases + b.cases,
    voids: a.voids + b.voids,
    byExpectation: addCounts(a.byExpectation, b.byExpectation),
    faultFree: a.faultFree + b.faultFree,
    faultFreeAsText: a.faultFreeAsText + b.faultFreeAsText,
    partialAsText: a.partialAsText + b.partialAsText,
    stepAsides: addCounts(a.stepAsides, b.stepAsides),
    fetches: addCounts(a.fetches, b.fetches),
    failures: [...a.failures, ...b.failures],
  };
}

function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
