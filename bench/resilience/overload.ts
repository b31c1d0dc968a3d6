import { ms, percent, ratio, type Section } from './section.ts';
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
    await using stand = await openStand(run, 'overload');
    const seconds = run.isShort ? 4 : 20;
    // As many as keep it busy, and less than it would begin to refuse.
    const full = await stand.load('home', { connections: 48, seconds });
    const most = (full.answered - full.failed) / full.seconds;
    const rate = Math.floor(most * SUSTAINABLE);
    const before = await stand.load('home', { connections: 1_000, seconds, rate });
    const during = await stand.load('home', { connections: 3_000, seconds, rate: TIMES * rate });
    const goodput = (during.answered - during.failed) / during.seconds;
    const p99 = during.p99Ms / before.p99Ms;
    const other = during.failed - during.refused + during.lost;
    return {
      section: 'overload',
      claims: [
        {
          about: `answers a second at ${TIMES} times the sustainable load`,
          asked: `above ${percent(ASKED_GOODPUT)} of the most`,
          measured: `${percent(goodput / most)} (${goodput.toFixed(0)} of ${most.toFixed(0)})`,
          holds: goodput / most > ASKED_GOODPUT,
        },
        {
          about: 'p99 of the requests that were let in',
          asked: `at most ${ratio(ASKED_P99)} of that at the sustainable load`,
          measured: `${ratio(p99)} (${ms(before.p99Ms)} before, ${ms(during.p99Ms)} meanwhile)`,
          holds: p99 <= ASKED_P99,
        },
        {
          about: 'requests that got neither an answer nor 503 with Retry-After',
          asked: 'none',
          measured: String(other),
          holds: other === 0,
        },
      ],
      details: `Default policies, one process. The most is what 48 connections get that ask as fast as they are answered; sustainable
is ${percent(SUSTAINABLE)} of it, on a timetable: ${rate} a second. ${TIMES} times that came over 3,000 connections for ${seconds} s, latencies
from the moment a request was due.`,
    };
  },
};
