import { expect, it } from 'vitest';
import {
  type Simulation,
  seeded,
  simulateRelease,
  someOperations,
} from './domain/canary/simulated-release.ts';

/** Minutes of a bad day: failures of both arms become ten times as many, and fewer again. */
const weather = (second: number) => (second % 300 > 240 ? 10 : 1 + Math.sin(second / 600));

it('of 1,000 releases that are as good as the live one at most 10 are rolled back', () => {
  const ends = simulate(1_000, (random, run) => ({
    operations: someOperations(5 + (run % 40), random),
    requestsPerSecond: 20 + (run % 5) * 40,
    users: 1_000 + 200 * (run % 100),
    // Some are looked at for long: the more often one looks, the more often one could be wrong.
    leastSeconds: run % 10 === 0 ? 600 : 60,
    weather,
  }));
  const kinds = countBy(ends.map(({ kind }) => kind));
  console.log(
    kinds,
    ends.flatMap(({ harm }) => harm ?? []).map(({ operation, test }) => [operation, test]),
  );
  expect(kinds.get('rolled-back') ?? 0).toBeLessThanOrEqual(10);
  expect(kinds.get('live') ?? 0).toBeGreaterThan(900);
});

it.each([
  { share: 1, of60: 0.15, passed: 0.1 },
  { share: 10, of60: 0.9, passed: 0 },
  { share: 50, of60: 1, passed: 0 },
])(
  'an arm of $share % of 100 requests a second with 5 % of errors is rolled back in time',
  ({ share, of60, passed }) => {
    const ends = simulate(200, (random) => ({
      operations: someOperations(20, random),
      requestsPerSecond: 100,
      steps: [share],
      harm: { errors: 0.05 },
    }));
    const seconds = ends.map((end) => end.seconds).sort((one, other) => one - other);
    const within = ends.filter((end) => end.kind === 'rolled-back' && end.seconds <= 60).length;
    console.log(
      share,
      countBy(ends.map(({ kind }) => kind)),
      `within 60 s: ${within}`,
      seconds[100],
      seconds[190],
    );
    expect(within / ends.length).toBeGreaterThanOrEqual(of60);
    expect(ends.filter(({ kind }) => kind === 'live').length / ends.length).toBeLessThanOrEqual(passed);
  },
);

function simulate(runs: number, world: (random: () => number, run: number) => Omit<Simulation, 'random'>) {
  return Array.from({ length: runs }, (_, run) => {
    const random = seeded(run + 1);
    return simulateRelease({ random, ...world(random, run) });
  });
}

function countBy(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
