import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../harness/median.ts';
import { ms, ratio, type Section } from './section.ts';
import { openStand } from './stand.ts';

const ASKED = 1.2;

export const hanging: Section = {
  name: 'hanging',
  title: 'One subgraph hangs',
  async run(run) {
    await using stand = await openStand(run, 'hanging');
    const rounds = run.isShort ? 1 : 5;
    const seconds = run.isShort ? 3 : 12;
    const { answered } = await stand.load('whole', { connections: 16, seconds: 2 });
    // Together less than half of what the gateway can do.
    const rate = Math.floor(answered / 2 / 5);
    const measure = async () => {
      const [rest] = await Promise.all([
        stand.load('without-loyalty', { connections: 64, seconds, rate }),
        stand.load('whole', { connections: 2_000, seconds, rate }),
      ]);
      return rest;
    };
    const healthy: number[] = [];
    const hung: number[] = [];
    let withoutAnswer = 0;
    for (let round = 0; round < rounds; round++) {
      healthy.push((await measure()).p99Ms);
      await stand.subgraphs.behave('loyalty', 'hang');
      const { p99Ms, failed, lost } = await measure();
      withoutAnswer += failed + lost;
      hung.push(p99Ms);
      await stand.subgraphs.behave('loyalty', 'ok');
      run.log(`round ${round}: p99 ${ms(healthy.at(-1) ?? 0)} healthy, ${ms(p99Ms)} with loyalty hanging`);
      // Until the breaker lets all through again, so that the next round begins like the first.
      await delay(run.isShort ? 0 : 12_000);
    }
    const measured = median(hung.map((value, round) => value / (healthy[round] ?? Number.NaN)));
    return {
      section: 'hanging',
      claims: [
        {
          about: 'p99 of requests that do not need the subgraph, while it hangs',
          asked: `at most ${ratio(ASKED)} of before`,
          measured: `${ratio(measured)} (${ms(median(healthy))} before, ${ms(median(hung))} meanwhile)`,
          holds: measured <= ASKED,
        },
        {
          about: 'of those, without an answer of status 200',
          asked: 'none',
          measured: String(withoutAnswer),
          holds: withoutAnswer === 0,
        },
      ],
      details: `Default policies. ${rate} requests a second that need users and orders, and ${rate} of the whole home screen; loyalty
takes every request and answers none. From its first second on, so that the time until the breaker opens counts too. Median of
${rounds} rounds of ${seconds} s each, healthy and hanging in turn.`,
    };
  },
};
