import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '../harness/measure.ts';
import { median } from '../harness/median.ts';
import { runScenario } from '../harness/run-scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { type Claim, percent, type Section } from './section.ts';
import { gatewayOf } from './stand.ts';

const ASKED = 0.1;
/** Rounds are short: the machine's speed changes within seconds. What one process happens to compile otherwise than the next weighs more than the policies do. */
const PAIRS = 4;
/** The measured ones: what the mobile app asks, and what costs least beside the policies. */
const MEASURED = ['home', 'nested', 'tiny'];

const BARE = `traffic:
  breaker: { enabled: false }
  concurrency: { enabled: false }
  retry: { enabled: false }
  hedge: { enabled: false }
  deduplicate: false
overload:
  enabled: false
responses:
  degraded: false
`;

// One of the loads saturates both on purpose: the one that refuses the rest could not be compared. The line in which requests wait to begin stays on.
const ALL = `traffic:
  hedge: { enabled: true }
cache:
  hints: true
overload:
  enabled: true
  targetDelayMs: 3600000
`;

export const overhead: Section = {
  name: 'overhead',
  title: 'All policies, and nothing fails',
  async run(run) {
    const folder = join(run.folder, 'overhead');
    await mkdir(folder, { recursive: true });
    const kinds = [await gatewayOf(folder, 'bare', BARE), await gatewayOf(folder, 'all-policies', ALL)];
    const effort = run.isShort
      ? { rounds: 2, steadyRounds: 2, seconds: 0.5, warmUpSeconds: 1, connections: 16, latencySeconds: 0 }
      : { rounds: 12, steadyRounds: 12, seconds: 0.5, warmUpSeconds: 6, connections: 16, latencySeconds: 0 };
    const pairs = run.isShort ? 1 : PAIRS;
    const claims = [];
    for (const scenario of scenarios.filter(({ name }) => MEASURED.includes(name))) {
      const steady: Pair[] = [];
      const full: Pair[] = [];
      for (let pair = 0; pair < pairs; pair++) {
        const { tools } = run;
        const { measured } = await runScenario({
          scenario,
          kinds,
          effort,
          tools,
          folder,
          nodeOptions: [],
          references: undefined,
        });
        steady.push(...pairsOf(measured.map(({ steadySamples }) => steadySamples)));
        full.push(...pairsOf(measured.map(({ samples }) => samples)));
      }
      claims.push(claimOf(`${scenario.name}, at half the load it can bear`, steady));
      claims.push(claimOf(`${scenario.name}, asked as fast as it answers`, full));
    }
    return {
      section: 'overhead',
      claims,
      details: `CPU time of the gateway's process by the kernel's count, as in [performance.md](performance.md), whose scenarios these are. Bare: no
policy between execution and HTTP client but the deadline. All: breaker, limit, retries, hedges, equal queries once, the
cache asked and watched for hints, load shedding, \`extensions.degraded\`. ${effort.rounds} rounds at either load in turn of each of ${pairs} pairs of processes (two of the same code differ by a tenth), the median of their ratios.`,
    };
  },
};

// Private:

/** CPU microseconds a request of one round: bare, and with all policies. */
type Pair = readonly [number, number];

function pairsOf([bare, all]: readonly (readonly Sample[])[]): Pair[] {
  return (bare ?? []).map(({ cpuMicrosPerRequest }, round) => [
    cpuMicrosPerRequest,
    all?.[round]?.cpuMicrosPerRequest ?? Number.NaN,
  ]);
}

function claimOf(what: string, pairs: readonly Pair[]): Claim {
  const added = median(pairs.map(([bare, all]) => all / bare)) - 1;
  const [bareMicros, allMicros] = [0, 1].map((at) =>
    median(pairs.map((both) => both[at] as number)).toFixed(0),
  );
  return {
    about: `CPU that all policies add to a request, ${what}`,
    asked: `at most ${percent(ASKED)}`,
    measured: `${percent(added)} (${bareMicros} µs bare, ${allMicros} µs with all)`,
    holds: added <= ASKED,
  };
}
