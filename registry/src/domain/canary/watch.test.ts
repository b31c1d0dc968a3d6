import { describe, expect, it } from 'vitest';
import { assess } from './assess.ts';
import type { ArmCounts, OperationCounts } from './counts.ts';
import { seeded, simulateRelease, someOperations } from './simulated-release.ts';
import { beginWatch, observe, type Watch } from './watch.ts';

const BOUNDS = Array.from({ length: 16 }, (_, bucket) => 2 ** bucket);

describe('a watch', () => {
  it('finds the operation that fails in the canary only, and names it first', () => {
    const watch = looks(8, (n) => [
      operation('good', arm(900 * n, 9 * n), arm(100 * n, n)),
      operation('bad', arm(90 * n, 0), arm(10 * n, 5 * n)),
    ]);
    const [harm] = assess(watch, BOUNDS).harms;
    expect(harm).toMatchObject({ operation: 'bad', test: 'errors' });
    expect(harm?.arms.canary).toEqual({ requests: 80, bad: 40 });
  });

  it('finds an operation that has become slow, and says from where on it counts as slow', () => {
    const watch = looks(10, (n) => [operation('slow', arm(900 * n, 0, 5), arm(100 * n, 0, 8))]);
    const assessment = assess(watch, BOUNDS);
    expect(assessment.harms[0]).toMatchObject({
      operation: 'slow',
      test: 'slowest-half',
      slowFromMs: { live: 16, canary: 32 },
    });
    expect(assessment.confidence).toBe(0);
  });

  it('finds failures that are spread over many operations too thin for any of them', () => {
    const watch = looks(12, (n) =>
      Array.from({ length: 40 }, (_, rank) =>
        operation(`operation ${rank}`, arm(90 * n, 0), arm(n, n > rank % 12 ? 1 : 0)),
      ),
    );
    const { harms } = assess(watch, BOUNDS);
    expect(harms.map(({ operation }) => operation)).toContain(undefined);
  });

  it('does not take one burst of a client that tries again and again for harm', () => {
    const watch = looks(12, (n) => [operation('one', arm(500 * n, 0), arm(5 * n, n >= 4 ? 10 : 0))]);
    expect(assess(watch, BOUNDS).harms).toEqual([]);
  });

  it('does not blame the canary for an incident that hits both arms', () => {
    const watch = looks(12, (n) => [operation('one', arm(90 * n, 60 * n), arm(10 * n, 7 * n))]);
    expect(assess(watch, BOUNDS)).toMatchObject({ harms: [] });
  });

  it('says nothing of operations that only one arm has', () => {
    const watch = looks(12, (n) => [operation('new', arm(0, 0), arm(10 * n, 10 * n))]);
    expect(assess(watch, BOUNDS).harms).toEqual([]);
  });

  it('does not compare what is beyond the bounds of reports: the arms have other operations there', () => {
    const watch = looks(12, (n) => [operation('', arm(900 * n, 0), arm(100 * n, 50 * n))]);
    expect(assess(watch, BOUNDS)).toMatchObject({ harms: [], confidence: 0 });
  });

  it('shows that there is no harm, with some sixty requests and not with ten', () => {
    const good = (n: number) => [operation('one', arm(990 * n, 0), arm(10 * n, 0))];
    expect(assess(looks(1, good), BOUNDS).confidence).toBeLessThan(0.5);
    expect(assess(looks(8, good), BOUNDS)).toMatchObject({ confidence: 1, suspicion: expect.any(Number) });
  });

  it('begins anew with a new share, and keeps nothing of the one before but how often it began', () => {
    const before = looks(8, (n) => [operation('one', arm(900 * n, 0), arm(100 * n, 0))]);
    const after = observe(before, { share: 50, counts: [], upperBoundsMs: BOUNDS });
    expect(after).toMatchObject({ share: 50, seen: [], harmless: { failures: 0, slow: 0 } });
    expect(after.operations[0]?.tests.errors.start).toBeGreaterThan(1);
  });

  it('is the same after a way through a database', () => {
    const watch = looks(8, (n) => [operation('one', arm(900 * n, n), arm(100 * n, 3 * n))]);
    expect(JSON.parse(JSON.stringify(watch))).toEqual(watch);
  });

  it('does not change when it looks again and nothing has come', () => {
    const counts = [operation('one', arm(900, 1), arm(100, 3))];
    const once = observe(beginWatch(10), { share: 10, counts, upperBoundsMs: BOUNDS });
    expect(observe(once, { share: 10, counts, upperBoundsMs: BOUNDS })).toEqual(once);
  });
});

describe('simulated releases', () => {
  it('of no harm go live, in minutes', () => {
    const ends = simulate(20, (random) => ({ operations: someOperations(20, random) }));
    expect(ends.filter(({ kind }) => kind !== 'live')).toEqual([]);
  });

  it('with 5 % of errors at 10 % of 100 requests a second are rolled back within a minute', () => {
    const ends = simulate(60, () => ({
      operations: [{ part: 1, errors: 0.001, medianMs: 20, deviation: 0.5 }],
      steps: [10, 50],
      harm: { errors: 0.05 },
    }));
    expect(ends.every(({ kind, seconds }) => kind === 'rolled-back' && seconds <= 60)).toBe(true);
  });
});

function simulate(runs: number, world: (random: () => number) => WorldOf) {
  return Array.from({ length: runs }, (_, run) => {
    const random = seeded(run + 1);
    return simulateRelease({ random, requestsPerSecond: 100, ...world(random) });
  });
}

type WorldOf = Omit<Parameters<typeof simulateRelease>[0], 'random' | 'requestsPerSecond'>;

/** After so many looks at counts that are n times those of one. */
function looks(count: number, toCounts: (n: number) => readonly OperationCounts[]): Watch {
  let watch = beginWatch(10);
  for (let n = 1; n <= count; n++) {
    watch = observe(watch, { share: 10, counts: toCounts(n), upperBoundsMs: BOUNDS });
  }
  return watch;
}

function operation(name: string, live: ArmCounts, canary: ArmCounts): OperationCounts {
  return { operation: name, live, canary };
}

/** All take as long as the bucket says, half of them a bucket less. */
function arm(requests: number, errors: number, bucket = 5): ArmCounts {
  const latency = Array.from({ length: 17 }, () => 0);
  latency[bucket - 1] = Math.floor(requests / 2);
  latency[bucket] = requests - Math.floor(requests / 2);
  return { requests, errors, latency };
}
