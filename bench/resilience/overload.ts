import { home } from '../scenarios/home.ts';
import { nested } from '../scenarios/nested.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { leaveOneCore } from './cores.ts';
import { type Claim, ms, percent, ratio, type Section, type SectionRun } from './section.ts';
import { openStand, type Stand } from './stand.ts';

const ASKED_GOODPUT = 0.9;
const ASKED_P99 = 2;
const TIMES = 3;
/** Of what 48 connections get that ask as fast as they are answered: on a timetable and over a thousand connections each answer costs more. */
const LEVELS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** What a load may lose to the stalls of a host that others share, and still be sustainable. */
const STRAY = 0.01;

export const overload: Section = {
  name: 'overload',
  title: 'Three times the load',
  async run(run) {
    const core = leaveOneCore();
    const measured = [await measure(run, nested, core), await measure(run, home, core)];
    return {
      section: 'overload',
      claims: measured.flatMap(({ claims }) => claims),
      details: `Default policies, one process on a core of its own. Sustainable is the highest of six loads of which less than ${percent(STRAY)} was refused
(${measured.map(({ about, rate }) => `${about} ${rate} a second`).join(', ')}); the most is what the best of them had answered. ${TIMES} times that came over
3,000 connections, from clients that ask again whatever Retry-After says; latencies count from the moment a request was due. To refuse a request costs some
15 to 20 µs, most of them the system's for its bytes: of what costs little to answer, more is lost to that.`,
    };
  },
};

interface Measured {
  readonly about: string;
  readonly rate: number;
  readonly claims: readonly Claim[];
}

async function measure(run: SectionRun, scenario: Scenario, core: number | undefined): Promise<Measured> {
  await using stand = await openStand(run, `overload-${scenario.name}`, { scenario, core });
  const { most, rate, p99Ms } = await findSustainable(stand, run.isShort ? 2 : 8);
  const during = await stand.load('whole', {
    connections: 3_000,
    seconds: run.isShort ? 4 : 20,
    rate: TIMES * rate,
  });
  const goodput = (during.answered - during.failed) / during.seconds;
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
        measured: `${ratio(during.p99Ms / p99Ms)} (${ms(p99Ms)} before, ${ms(during.p99Ms)} meanwhile)`,
        holds: during.p99Ms <= ASKED_P99 * p99Ms,
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

/** The highest load without refusals to speak of, its p99, and the most that was answered at any. */
async function findSustainable(
  stand: Stand,
  seconds: number,
): Promise<{ most: number; rate: number; p99Ms: number }> {
  const full = await stand.load('whole', { connections: 48, seconds: seconds / 2 });
  const atOnce = full.answered / full.seconds;
  let most = 0;
  let sustainable: { rate: number; p99Ms: number } | undefined;
  for (const level of LEVELS) {
    const rate = Math.floor(atOnce * level);
    const {
      answered,
      failed,
      sent,
      p99Ms,
      seconds: took,
    } = await stand.load('whole', {
      connections: 1_000,
      seconds,
      rate,
    });
    most = Math.max(most, (answered - failed) / took);
    if (sustainable === undefined || failed <= sent * STRAY) sustainable = { rate, p99Ms };
  }
  if (sustainable === undefined) throw new Error('No load was measured');
  return { most, ...sustainable };
}
