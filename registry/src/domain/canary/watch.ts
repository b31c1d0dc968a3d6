import {
  difference,
  NO_COUNTS,
  type OperationCounts,
  OTHERS,
  sumArms,
  TESTS,
  type TestName,
  toFailures,
  toSubject,
  total,
} from './counts.ts';
import { logEvidence } from './evidence.ts';
import {
  ERROR_TOLERANCE,
  guessFailures,
  guessNoMoreFailures,
  guessNoMoreSlow,
  guessSlow,
  guessTogether,
  MORE_FAILURES,
  MORE_SLOW,
  SLOW_TOLERANCE,
} from './guess.ts';
import { FRESH, look, startAgain, type TestMemory } from './sequential-test.ts';

export type OperationTests = Readonly<Record<TestName, TestMemory>>;

/** What is known of a canary, kept between looks as JSON. */
export interface Watch {
  /** Percent of the traffic. */
  readonly share: number;
  /** At this share. */
  readonly seen: readonly OperationCounts[];
  /** In order of appearance since the canary began. */
  readonly operations: readonly { readonly operation: string; readonly tests: OperationTests }[];
  /** Failures of all operations together: harm that is spread thin. */
  readonly together: TestMemory;
  /** The logarithms of the evidence that at this share not many more requests of the canary fail, or are slow. */
  readonly harmless: { readonly failures: number; readonly slow: number };
}

export interface Observation {
  readonly share: number;
  /** All of this share so far, not only what is new. */
  readonly counts: readonly OperationCounts[];
  /** Of the buckets of time; the last bucket has none. */
  readonly upperBoundsMs: readonly number[];
}

export function beginWatch(share: number): Watch {
  return { share, seen: [], operations: [], together: FRESH, harmless: NOTHING_SHOWN };
}

/**
 * Compares the arms once more. What is new is judged by what was known before it; looks may be as many and as irregular as
 * they like. A new share begins with new counts and new evidence: only requests of the same time and share are compared.
 */
export function observe(watch: Watch, { share, counts, upperBoundsMs }: Observation): Watch {
  const before = share === watch.share ? watch : atNewShare(watch, share);
  const known = new Map(before.seen.map((seen) => [seen.operation, seen]));
  const looks = counts.map((now) => toLook(now, known.get(now.operation)));
  const comparable = looks.filter(({ fresh }) => fresh.operation !== OTHERS);
  const lookOf = new Map(comparable.map((one) => [one.fresh.operation, one]));
  const ranked = new Set(before.operations.map(({ operation }) => operation));
  const operations = [
    ...before.operations,
    ...comparable
      .filter(({ fresh }) => !ranked.has(fresh.operation))
      .map(({ fresh }) => ({ operation: fresh.operation, tests: NEW_TESTS })),
  ];
  return {
    share,
    seen: counts,
    operations: operations.map(({ operation, tests }) => {
      const one = lookOf.get(operation);
      return { operation, tests: one === undefined ? tests : lookAtOperation(tests, one, upperBoundsMs) };
    }),
    together: lookTogether(before.together, comparable),
    harmless: showHarmless(before.harmless, looks, upperBoundsMs),
  };
}

// Private:

const NOTHING_SHOWN = { failures: 0, slow: 0 };

const NEW_TESTS: OperationTests = {
  errors: FRESH,
  'slowest-half': FRESH,
  'slowest-tenth': FRESH,
  'slowest-hundredth': FRESH,
};

/** What was known of an operation, and what is new. */
interface Look {
  readonly known: OperationCounts;
  readonly fresh: OperationCounts;
}

function toLook(now: OperationCounts, before: OperationCounts | undefined): Look {
  const known = before ?? { operation: now.operation, live: NO_COUNTS, canary: NO_COUNTS };
  return { known, fresh: difference(now, known) };
}

function atNewShare(watch: Watch, share: number): Watch {
  return {
    share,
    seen: [],
    operations: watch.operations.map(({ operation, tests }) => ({
      operation,
      tests: mapTests((test) => startAgain(tests[test])),
    })),
    together: startAgain(watch.together),
    harmless: NOTHING_SHOWN,
  };
}

function lookAtOperation(
  tests: OperationTests,
  { known, fresh }: Look,
  upperBoundsMs: readonly number[],
): OperationTests {
  if (fresh.live.requests === 0 || fresh.canary.requests === 0) return tests;
  return mapTests((test) => {
    const past = toSubject(test, known, known.live.latency, upperBoundsMs);
    const news = toSubject(test, fresh, known.live.latency, upperBoundsMs);
    if (past === undefined || news === undefined) return tests[test];
    const evidence =
      test === 'errors'
        ? logEvidence(news.arms, guessFailures(past.arms), ERROR_TOLERANCE)
        : logEvidence(news.arms, guessSlow(past.arms), SLOW_TOLERANCE);
    return look(tests[test], evidence);
  });
}

function mapTests(toMemory: (test: TestName) => TestMemory): OperationTests {
  const [errors, half, tenth, hundredth] = TESTS;
  return {
    [errors]: toMemory(errors),
    [half]: toMemory(half),
    [tenth]: toMemory(tenth),
    [hundredth]: toMemory(hundredth),
  };
}

/** Each operation is compared with itself: the arms' users need not send the same mix. */
function lookTogether(memory: TestMemory, looks: readonly Look[]): TestMemory {
  const guesses = guessTogether(looks.map(({ known }) => toFailures(known)));
  const evidence = looks.map(({ fresh }, index) => {
    const guess = guesses[index];
    return guess === undefined ? 0 : logEvidence(toFailures(fresh), guess, ERROR_TOLERANCE);
  });
  return look(
    memory,
    evidence.reduce((sum, one) => sum + one, 0),
  );
}

/** Over all operations: slow is what takes longer than half of the live requests of the same operation. */
function showHarmless(
  { failures, slow }: Watch['harmless'],
  looks: readonly Look[],
  upperBoundsMs: readonly number[],
): Watch['harmless'] {
  const slowArms = (counts: (one: Look) => OperationCounts) =>
    sumArms(
      looks.flatMap((one) => {
        const subject = toSubject('slowest-half', counts(one), one.known.live.latency, upperBoundsMs);
        return subject === undefined ? [] : [subject.arms];
      }),
    );
  const known = total(looks.map((one) => one.known));
  const fresh = total(looks.map((one) => one.fresh));
  return {
    failures: failures + logEvidence(fresh, guessNoMoreFailures(known), MORE_FAILURES),
    slow:
      slow +
      logEvidence(
        slowArms((one) => one.fresh),
        guessNoMoreSlow(slowArms((one) => one.known)),
        MORE_SLOW,
      ),
  };
}
