import type { LoadResult } from '../harness/load.ts';
import { median } from '../harness/median.ts';
import { home } from '../scenarios/home.ts';
import { nested } from '../scenarios/nested.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { leaveOneCore } from './cores.ts';
import { type Claim, ms, percent, ratio, type Section, type SectionRun } from './section.ts';
import { openStand, type Stand, type StandOptions } from './stand.ts';

const ASKED_GOODPUT = 0.9;
const ASKED_P99 = 2;
const TIMES = 3;
const ROUNDS = 4;
/** Of what 48 connections get that ask as fast as they are answered (of subgraphs that answer at once): on a timetable and over a thousand connections each answer costs more. */
const LEVELS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** What a load may lose to the stalls of a host that others share, and still be sustainable. */
const STRAY = 0.01;
const SLOW = Object.fromEntries(Object.keys(home.federation).map((subgraph) => [subgraph, 'slow'] as const));

export const overload: Section = {
  name: 'overload',
  title: 'Three times the load',
  async run(run) {
    const core = leaveOneCore();
    const ofNested = await measure(run, { about: 'nested', scenario: nested }, core);
    const ofHome = await measure(run, { about: 'home', scenario: home }, core);
    const slow = { about: 'home, slow subgraphs', scenario: home, behaviours: SLOW, full: ofHome.full };
    const measured = [ofNested, ofHome, await measure(run, slow, core)];
    return {
      section: 'overload',
      claims: measured.flatMap(({ claims }) => claims),
      details: `Default policies, one process on a core of its own. Subgraphs answer at once, slow ones after 10 ms. Sustainable is the highest of six loads of which less than ${percent(STRAY)} was refused
(${measured.map(({ about, rate }) => `${about} ${rate} a second`).join(', ')}); the most is what the best of them has answered. ${TIMES} times the sustainable load came over
3,000 connections, each in its turn, from clients that ask again whatever Retry-After says; latencies count from the moment a request was due. ${ROUNDS} rounds of the best
load, the sustainable one and three times that, one after the other; the medians, and of ratios those of the rounds' ratios. To refuse a request costs some
10 µs where few connections ask and up to 19 where 3,000 do in turn, 4 of them the system's for its bytes: of what costs little to answer, more is lost to that.`,
    };
  },
};

interface Measured {
  readonly about: string;
  /** Answers a second to as many connections as keep it busy. */
  readonly full: number;
  readonly rate: number;
  readonly claims: readonly Claim[];
}

interface Subject extends Pick<StandOptions, 'behaviours'> {
  readonly about: string;
  readonly scenario: Scenario;
  /** Answers a second that the process is known to give, where few connections would wait for subgraphs most of the time. */
  readonly full?: number;
}

async function measure(
  run: SectionRun,
  { about, full: known, ...options }: Subject,
  core: number | undefined,
): Promise<Measured> {
  await using stand = await openStand(run, `overload ${about}`, { ...options, core });
  const seconds = run.isShort ? 1 : 4;
  const full = known ?? goodputOf(await stand.load('whole', { connections: 48, seconds }));
  const { best, rate } = await findSustainable(stand, full, seconds);
  const rounds: Round[] = [];
  for (let round = 0; round < (run.isShort ? 1 : ROUNDS); round++) {
    rounds.push(await measureRound(stand, { best, rate, seconds: run.isShort ? 2 : 8 }));
  }
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const goodput = middle((each) => each.goodput / each.most);
  const slower = middle((each) => each.p99Ms / each.usualP99Ms);
  const other = rounds.reduce((sum, each) => sum + each.other, 0);
  return {
    about,
    full,
    rate,
    claims: [
      {
        about: `${about}: answers a second at ${TIMES} times the sustainable load`,
        asked: `above ${percent(ASKED_GOODPUT)} of the most`,
        measured: `${percent(goodput)} (${middle((each) => each.goodput).toFixed(0)} of ${middle((each) => each.most).toFixed(0)})`,
        holds: goodput > ASKED_GOODPUT,
      },
      {
        about: `${about}: p99 of the requests that were let in`,
        asked: `at most ${ratio(ASKED_P99)} of that at the sustainable load`,
        measured: `${ratio(slower)} (${ms(middle((each) => each.usualP99Ms))} before, ${ms(middle((each) => each.p99Ms))} meanwhile)`,
        holds: slower <= ASKED_P99,
      },
      {
        about: `${about}: requests that got neither an answer nor 503 with Retry-After`,
        asked: 'none',
        measured: String(other),
        holds: other === 0,
      },
    ],
  };
}

interface Round {
  readonly most: number;
  readonly usualP99Ms: number;
  readonly goodput: number;
  readonly p99Ms: number;
  readonly other: number;
}

/** The most, the usual and the overload one right after the other: the machine's speed changes within a minute. */
async function measureRound(
  stand: Stand,
  { best, rate, seconds }: { best: number; rate: number; seconds: number },
): Promise<Round> {
  const calm = { connections: 1_000, seconds: seconds / 2 };
  const most = await stand.load('whole', { ...calm, rate: best });
  const usual = best === rate ? most : await stand.load('whole', { ...calm, rate });
  const during = await stand.load('whole', { connections: 3_000, seconds, rate: TIMES * rate });
  return {
    most: Math.max(goodputOf(most), goodputOf(usual)),
    usualP99Ms: usual.p99Ms,
    goodput: goodputOf(during),
    p99Ms: during.p99Ms,
    other: during.failed - during.refused + during.lost,
  };
}

/** The load that gave most answers, and the highest one without refusals to speak of. */
async function findSustainable(
  stand: Stand,
  full: number,
  seconds: number,
): Promise<{ best: number; rate: number }> {
  let most = 0;
  let best = 0;
  let sustainable: number | undefined;
  for (const level of LEVELS) {
    const rate = Math.floor(full * level);
    const load = await stand.load('whole', { connections: 1_000, seconds, rate });
    if (goodputOf(load) > most) {
      most = goodputOf(load);
      best = rate;
    }
    if (sustainable === undefined || load.failed <= load.sent * STRAY) sustainable = rate;
  }
  if (sustainable === undefined) throw new Error('No load was measured');
  return { best, rate: sustainable };
}

function goodputOf({ answered, failed, seconds }: LoadResult): number {
  return (answered - failed) / seconds;
}
