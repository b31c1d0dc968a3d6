import { home } from '../scenarios/home.ts';
import { nested } from '../scenarios/nested.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { leaveOneCore } from './cores.ts';
import { type Claim, ms, percent, ratio, type Section, type SectionRun } from './section.ts';
import { openStand } from './stand.ts';

const ASKED_GOODPUT = 0.9;
const ASKED_P99 = 2;
const TIMES = 3;
/** Of the most that the gateway answers: what it can be given for ever without a queue that grows. */
const SUSTAINABLE = 0.9;

export const overload: Section = {
  name: 'overload',
  title: 'Three times the load',
  async run(run) {
    const core = leaveOneCore();
    const measured = [await measure(run, nested, core), await measure(run, home, core)];
    return {
      section: 'overload',
      claims: measured.flatMap(({ claims }) => claims),
      details: `Default policies, one process on a core of its own. The most is what 48 connections get that ask as fast as they are answered;
sustainable is ${percent(SUSTAINABLE)} of it, on a timetable: ${measured.map(({ about, rate }) => `${rate} a second of ${about}`).join(', ')}. ${TIMES} times that came over
3,000 connections that stay open, from clients that ask again whatever Retry-After says, latencies from the moment a request was due. To refuse a request costs
some 40 µs, most of them the system's for its bytes: of what costs little to answer more is lost to that.`,
    };
  },
};

async function measure(
  run: SectionRun,
  scenario: Scenario,
  core: number | undefined,
): Promise<{ about: string; rate: number; claims: readonly Claim[] }> {
  await using stand = await openStand(run, `overload-${scenario.name}`, { scenario, core });
  const seconds = run.isShort ? 4 : 20;
  // As many as keep it busy, and less than it would begin to refuse.
  const full = await stand.load('whole', { connections: 48, seconds });
  const most = (full.answered - full.failed) / full.seconds;
  const rate = Math.floor(most * SUSTAINABLE);
  const before = await stand.load('whole', { connections: 1_000, seconds, rate });
  const during = await stand.load('whole', { connections: 3_000, seconds, rate: TIMES * rate });
  const goodput = (during.answered - during.failed) / during.seconds;
  const p99 = during.p99Ms / before.p99Ms;
  const other = during.failed - during.refused + during.lost;
  return {
    about: scenario.name,
    rate,
    claims: [
      {
        about: `${scenario.name}: answers a second at ${TIMES} times the sustainable load`,
        asked: `above ${percent(ASKED_GOODPUT)} of the most`,
        measured: `${percent(goodput / most)} (${goodput.toFixed(0)} of ${most.toFixed(0)})`,
        holds: goodput / most > ASKED_GOODPUT,
      },
      {
        about: `${scenario.name}: p99 of the requests that were let in`,
        asked: `at most ${ratio(ASKED_P99)} of that at the sustainable load`,
        measured: `${ratio(p99)} (${ms(before.p99Ms)} before, ${ms(during.p99Ms)} meanwhile)`,
        holds: p99 <= ASKED_P99,
      },
      {
        about: `${scenario.name}: requests that got neither an answer nor 503 with Retry-After`,
        asked: 'none',
        measured: String(other),
        holds: other === 0,
      },
    ],
  };
}
